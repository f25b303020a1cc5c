import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LogMode } from "../logs/sink.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { type LogFileOptions, type LogFileSettings, readLogFileSettings } from "./log-file.ts";
import { type LogStoreOptions, type LogStoreSettings, readLogStoreSettings } from "./log-store.ts";
import type { SettingProblem } from "./problem.ts";
import { parseBytes, parseDuration } from "./quantity.ts";

/** What happens to a line that the buffer has no room for. */
export type WhenFull = "block" | "drop_oldest" | "drop_newest" | "drop_by_level";

/** How log lines travel beside stdout. */
export interface LogSettings {
  readonly mode: LogMode;
  readonly buffer: BufferSettings;
  readonly store: LogStoreSettings;
  readonly file: LogFileSettings;
}

/** Bounds of the buffer; no one of them is ever exceeded. */
export interface BufferSettings {
  /** Absolute; each process has a folder of its own in it. */
  readonly directory: string;
  /** What one process keeps on disk, in bytes. */
  readonly maxDiskBytes: number;
  /** What the mode `fast` keeps in memory, in bytes. */
  readonly maxMemoryBytes: number;
  /** Older records are thrown away, in milliseconds. */
  readonly maxAgeMs: number;
  readonly whenFull: WhenFull;
}

export interface LogOptions extends LogStoreOptions {
  /** Default: `durable` where there is an address of Elasticsearch, otherwise `stdout`. Environment: `TELEMETRY_LOG_MODE`. */
  readonly mode?: LogMode;
  /**
   * Folder for what waits. Default: `$STATE_DIRECTORY` of systemd, otherwise the service's folder below
   * `$XDG_STATE_HOME`. Environment: `TELEMETRY_LOG_DIRECTORY`.
   */
  readonly directory?: string;
  /** Default: 1 GiB. Environment: `TELEMETRY_LOG_MAX_DISK_BYTES`, as a number or like `512MiB`. */
  readonly maxDiskBytes?: number;
  /** Default: 16 MiB. Environment: `TELEMETRY_LOG_MAX_MEMORY_BYTES`. */
  readonly maxMemoryBytes?: number;
  /** Default: 7 days. Environment: `TELEMETRY_LOG_MAX_AGE`, like `7d` or `12h`. */
  readonly maxAgeMs?: number;
  /** Default: `drop_oldest`. Environment: `TELEMETRY_LOG_WHEN_FULL`. */
  readonly whenFull?: WhenFull;
  /** Where the mode `file` writes. */
  readonly file?: LogFileOptions;
}

const modes = ["durable", "fast", "direct", "file", "stdout"] satisfies readonly LogMode[];
const choicesWhenFull = ["block", "drop_oldest", "drop_newest", "drop_by_level"] satisfies readonly WhenFull[];

interface Bound {
  readonly setting: string;
  readonly option: "maxDiskBytes" | "maxMemoryBytes" | "maxAgeMs";
  readonly parse: (text: string) => number | undefined;
  /** Below it would be room for a few lines at most. */
  readonly least: number;
  readonly unit: string;
  readonly fallback: number;
}

const leastBytes = 65_536;
const ofBytes = { parse: parseBytes, least: leastBytes, unit: `bytes from ${leastBytes}, as a number or like 512MiB` };
const bounds = {
  disk: { ...ofBytes, setting: "TELEMETRY_LOG_MAX_DISK_BYTES", option: "maxDiskBytes", fallback: 2 ** 30 },
  memory: { ...ofBytes, setting: "TELEMETRY_LOG_MAX_MEMORY_BYTES", option: "maxMemoryBytes", fallback: 2 ** 24 },
  age: {
    setting: "TELEMETRY_LOG_MAX_AGE",
    option: "maxAgeMs",
    parse: parseDuration,
    least: 1_000,
    unit: "a time from 1s, like 12h or 7d",
    fallback: 7 * 86_400_000,
  },
} as const satisfies Readonly<Record<string, Bound>>;

export function readLogSettings(
  options: LogOptions,
  env: Environment,
  { serviceName }: { readonly serviceName: string },
): { readonly settings: LogSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const reader = readEnvironment(env, problems);
  const bound = ({ setting, option, parse, least, unit, fallback }: Bound): number => {
    const text = reader.text(setting);
    const value = text === undefined ? options[option] : parse(text);
    if (value !== undefined && value >= least && value < Number.MAX_SAFE_INTEGER) return value;
    if (text !== undefined || options[option] !== undefined)
      problems.push({
        setting: text === undefined ? option : setting,
        message: `is ${JSON.stringify(text?.slice(0, 60) ?? options[option])}; it takes ${unit}; ${fallback} is used`,
      });
    return fallback;
  };
  const store = readLogStoreSettings(options, env);
  problems.push(...store.problems);
  const directory = resolve(
    reader.text("TELEMETRY_LOG_DIRECTORY") ?? options.directory ?? defaultDirectory(env, serviceName),
  );
  const file = readLogFileSettings(options.file ?? {}, env, { serviceName, directory });
  problems.push(...file.problems);
  const hasStore = store.settings.urls.length > 0;
  const asked = reader.choice("TELEMETRY_LOG_MODE", modes) ?? options.mode ?? (hasStore ? "durable" : "stdout");
  const needsStore = asked === "durable" || asked === "fast" || asked === "direct";
  if (needsStore && !hasStore)
    problems.push({
      setting: "TELEMETRY_LOG_ELASTICSEARCH_URLS",
      message: `names no address, and TELEMETRY_LOG_MODE ${asked} needs one; logs go to stdout only`,
    });
  return {
    settings: {
      mode: needsStore && !hasStore ? "stdout" : asked,
      store: store.settings,
      file: file.settings,
      buffer: {
        directory,
        maxDiskBytes: bound(bounds.disk),
        maxMemoryBytes: bound(bounds.memory),
        maxAgeMs: bound(bounds.age),
        whenFull: reader.choice("TELEMETRY_LOG_WHEN_FULL", choicesWhenFull) ?? options.whenFull ?? "drop_oldest",
      },
    },
    problems,
  };
}

/** systemd gives several folders parted by colons; the first is as good as any. */
function defaultDirectory(env: Environment, serviceName: string): string {
  const [given] = env["STATE_DIRECTORY"]?.split(":") ?? [];
  if (given !== undefined && given !== "") return join(given, "telemetry-logs");
  const state = env["XDG_STATE_HOME"] || join(home(), ".local/state");
  const service = serviceName.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");
  return join(state, service, "telemetry-logs");
}

/** A user without a name and `$HOME`, as containers have them, has none. */
function home(): string {
  try {
    return homedir() || tmpdir();
  } catch {
    return tmpdir();
  }
}
