import { join, resolve } from "node:path";
import { type Environment, readEnvironment } from "./environment.ts";
import type { SettingProblem } from "./problem.ts";
import { parseBytes } from "./quantity.ts";

/** The file of the mode `file`, and what of it is kept. */
export interface LogFileSettings {
  /** Absolute. Older files are called the same with `.1`, `.2` … behind it, the oldest with the highest number. */
  readonly path: string;
  /** A file that would get larger, in bytes, is put aside. */
  readonly maxBytes: number;
  /** How many older files are kept. */
  readonly keep: number;
}

export interface LogFileOptions {
  /** Default: the service's name with `.ndjson` in the folder for logs. Environment: `TELEMETRY_LOG_FILE`. */
  readonly path?: string;
  /** Default: 100 MiB. Environment: `TELEMETRY_LOG_FILE_MAX_BYTES`, as a number or like `512MiB`. */
  readonly maxBytes?: number;
  /** Default: 5. Environment: `TELEMETRY_LOG_FILE_KEEP`. */
  readonly keep?: number;
}

const smallestBytes = 65_536;

export function readLogFileSettings(
  options: LogFileOptions,
  env: Environment,
  { serviceName, directory }: { readonly serviceName: string; readonly directory: string },
): { readonly settings: LogFileSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const { text, number } = readEnvironment(env, problems);
  const given = text("TELEMETRY_LOG_FILE_MAX_BYTES");
  const bytes = given === undefined ? undefined : parseBytes(given);
  if (given !== undefined && (bytes === undefined || bytes < smallestBytes))
    problems.push({
      setting: "TELEMETRY_LOG_FILE_MAX_BYTES",
      message: `is ${JSON.stringify(given.slice(0, 60))}; it takes bytes from ${smallestBytes}, as a number or like 512MiB; ignored`,
    });
  const name = `${serviceName.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_")}.ndjson`;
  return {
    settings: {
      path: resolve(text("TELEMETRY_LOG_FILE") ?? options.path ?? join(directory, name)),
      maxBytes: Math.max(
        smallestBytes,
        (bytes !== undefined && bytes >= smallestBytes ? bytes : options.maxBytes) ?? 100 * 2 ** 20,
      ),
      keep: number("TELEMETRY_LOG_FILE_KEEP", { min: 0, max: 100 }) ?? options.keep ?? 5,
    },
    problems,
  };
}
