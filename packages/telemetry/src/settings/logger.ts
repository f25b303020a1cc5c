import { type Environment, readEnvironment } from "./environment.ts";
import { isInstrumented, readInstrumentationSettings } from "./instrumentations.ts";
import type { SettingProblem } from "./problem.ts";

/** How log lines look. */
export interface LoggerSettings {
  /** Least level of the library's own loggers: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  readonly level: string;
  /** `event.dataset`, the middle part of the data stream's name. */
  readonly dataset: string;
  /** Fields whose values are replaced wherever they stand, in lower case. */
  readonly redactedFields: ReadonlySet<string>;
  /** Loggers that the application makes with `pino()` get trace ids, and ECS where they write to stdout. */
  readonly patchesPino: boolean;
}

export interface LoggerOptions {
  /** Default: `info`. */
  readonly level?: string;
  /** More fields whose values are replaced by [redacted], by name, at any depth. */
  readonly redactedFields?: readonly string[];
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

const redactedFields = [
  ...["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"],
  ...["password", "passwd", "pwd", "passphrase", "secret", "token", "jwt", "credentials"],
  ...["accesstoken", "access_token", "refreshtoken", "refresh_token", "idtoken", "id_token", "authtoken", "auth_token"],
  ...["apikey", "api_key", "clientsecret", "client_secret", "privatekey", "private_key"],
];

export function readLoggerSettings(
  options: LoggerOptions,
  env: Environment,
): { readonly settings: LoggerSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const reader = readEnvironment(env, problems);
  const { level = "info" } = options;
  if (!levels.includes(level))
    problems.push({ setting: "level", message: `is ${JSON.stringify(level)}; it takes ${levels.join(", ")}; ignored` });
  const [, dataset] = /^logs-([^-]+)-/.exec(reader.text("TELEMETRY_LOG_DATA_STREAM") ?? "") ?? [];
  return {
    settings: {
      level: levels.includes(level) ? level : "info",
      dataset: dataset ?? "nodejs.app",
      redactedFields: new Set([
        ...redactedFields,
        ...(options.redactedFields ?? []).map((field) => field.toLowerCase()),
      ]),
      patchesPino: isInstrumented(readInstrumentationSettings(env), "pino"),
    },
    problems,
  };
}
