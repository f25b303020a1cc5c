import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A program that is timed as a whole process. */
export interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** Sets the scene before each run; not timed. */
  readonly before?: () => void;
}

/** What one run took. CPU time and memory are there where GNU time is installed. */
export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number | undefined;
  readonly peakMiB: number | undefined;
}

/** The runs of each command by its name, or why it was not measured. */
export type Measured = ReadonlyMap<string, readonly Run[] | string>;

const timer = "/usr/bin/time";
const hasTimer = existsSync(timer);
/** One run; beyond it something hangs. */
const runLimitMs = 120_000;
/** All runs of one bench; the medians are then those of the rounds that were done. */
const benchLimitMs = 600_000;

/**
 * Runs the commands in turn, A B A B …, so that a machine whose speed drifts is unjust to none; one round before is not
 * counted. A command that fails or takes too long is given up, and the others go on.
 */
export async function measure(commands: readonly Command[], runs: number): Promise<Measured> {
  const results = new Map<string, Run[] | string>(commands.map(({ name }) => [name, []]));
  const started = performance.now();
  for (let round = -1; round < runs && performance.now() - started < benchLimitMs; round++)
    for (const command of commands) {
      const before = results.get(command.name);
      if (!Array.isArray(before)) continue;
      const run = await once(command);
      if (typeof run === "string") results.set(command.name, run);
      else if (round >= 0) before.push(run);
    }
  return results;
}

async function once({ argv: [program, ...rest], before }: Command): Promise<Run | string> {
  before?.();
  const [file, args] = hasTimer ? [timer, ["-f", "\n%U %S %M", program, ...rest]] : [program, rest];
  const start = performance.now();
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], timeout: runLimitMs, killSignal: "SIGKILL" });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = await new Promise<number | string>((resolve) => {
    child.once("error", ({ message }) => resolve(message));
    child.once("close", (code, signal) => resolve(code ?? `ended by ${signal}`));
  });
  const wallMs = performance.now() - start;
  if (ended !== 0) return `${typeof ended === "string" ? ended : `exit ${ended}`}: ${errors.trim().split("\n")[0]}`;
  const [user, system, kilobytes] = hasTimer ? (errors.trimEnd().split("\n").at(-1)?.split(" ").map(Number) ?? []) : [];
  return {
    wallMs,
    cpuMs: user === undefined || system === undefined ? undefined : (user + system) * 1000,
    peakMiB: kilobytes === undefined ? undefined : kilobytes / 1024,
  };
}

/** The middle one; of an even number the mean of the two in the middle. Undefined of none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
