import { type Environment, readEnvironment } from "./environment.ts";
import { isInstrumented, readInstrumentationSettings } from "./instrumentations.ts";
import type { SettingProblem } from "./problem.ts";

/** What is recorded of the requests that the application serves. */
export interface RequestSettings {
  /** A log line for each request. */
  readonly requestLog: boolean;
  /** Server spans; without them metrics and log lines remain. */
  readonly spans: boolean;
  /** Methods that stand under their own name; every other one is `_OTHER`. */
  readonly knownMethods: ReadonlySet<string>;
  /** Keys of the query string whose values are replaced, in lower case. */
  readonly redactedQueryKeys: ReadonlySet<string>;
}

export interface RequestOptions {
  /** Default: true. Environment: `TELEMETRY_REQUEST_LOG` (`on` or `off`). */
  readonly requestLog?: boolean;
  /** More keys of the query string whose values are replaced by REDACTED. */
  readonly redactedQueryKeys?: readonly string[];
}

/** RFC 9110 and PATCH, as the conventions name them. */
const conventionalMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/**
 * The four that the conventions name (https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/), and what
 * people put into addresses against all advice.
 */
const redactedQueryKeys = [
  ...["awsaccesskeyid", "signature", "sig", "x-goog-signature", "x-amz-signature", "x-amz-security-token"],
  ...["token", "access_token", "id_token", "refresh_token", "auth", "authorization", "code", "jwt"],
  ...["key", "api_key", "apikey", "secret", "client_secret", "password", "passwd", "pwd", "session", "sid"],
];

/** `OTEL_NODE_*_INSTRUMENTATIONS` without `http` takes the spans away, `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS` replaces the methods. */
export function readRequestSettings(
  options: RequestOptions,
  env: Environment,
): { readonly settings: RequestSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const reader = readEnvironment(env, problems);
  const log = reader.choice("TELEMETRY_REQUEST_LOG", ["on", "off"]);
  return {
    settings: {
      requestLog: log === undefined ? (options.requestLog ?? true) : log === "on",
      spans: isInstrumented(readInstrumentationSettings(env), "http"),
      knownMethods: new Set(reader.list("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS") ?? conventionalMethods),
      redactedQueryKeys: new Set([
        ...redactedQueryKeys,
        ...(options.redactedQueryKeys ?? []).map((key) => key.toLowerCase()),
      ]),
    },
    problems,
  };
}
