import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { end } from "../lab/place.ts";
import { eventually } from "../lab/waiting.ts";

/** An application of this folder as a process. */
export interface TracedProcess {
  /** Where it listens; throws where it does not. */
  readonly url: () => Promise<string>;
  /** All that it wrote. */
  readonly output: () => string;
  /** Records of its output. */
  readonly records: () => readonly Readonly<Record<string, unknown>>[];
  /** Waits until it ends by itself. */
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

export interface TracedOptions {
  /** Whether telemetry is loaded before the application; default true. */
  readonly preload?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Node.js with the sources of the workspaces, types stripped where it does not do that by itself. */
const nodeOptions = [
  "--conditions=stackwright-source",
  "--experimental-strip-types",
  "--disable-warning=ExperimentalWarning",
];

export function startTraced(app: string, { preload = true, environment = {} }: TracedOptions = {}): TracedProcess {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...nodeOptions,
      ...(preload ? ["--import", "@stackwright/telemetry/register"] : []),
      join(import.meta.dirname, app),
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_BSP_SCHEDULE_DELAY: "100",
        TELEMETRY_LOG_MODE: "stdout",
        OTEL_METRICS_EXPORTER: "none",
        ...environment,
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    url: () =>
      eventually(() => {
        const port = /^listening (\d+)$/m.exec(output)?.[1];
        if (port === undefined) throw new Error(`it does not listen (${child.exitCode}): ${output}`);
        return `http://127.0.0.1:${port}`;
      }),
    output: () => output,
    records: () => output.split("\n").flatMap(recordIn),
    ended,
    stop: () => end(child),
  };
}

function recordIn(line: string): readonly Readonly<Record<string, unknown>>[] {
  if (!line.startsWith("{")) return [];
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === "object" && record !== null ? [{ ...record }] : [];
  } catch {
    return [];
  }
}
