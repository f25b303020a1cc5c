import { type ChildProcess, spawn } from "node:child_process";

/** Where processes run and files lie: a temporary folder of this machine, or a machine of a lab. */
export interface Place {
  /** Absolute path of a working file, as the processes of this place see it. */
  readonly path: (name: string) => string;
  /** Writes a working file and gives its absolute path. */
  readonly write: (name: string, content: string) => Promise<string>;
  /** Starts a process that runs until the place is cleared; its output goes to a log. */
  readonly start: (command: string, args: readonly string[], environment?: Readonly<Record<string, string>>) => void;
  /** Runs a command to its end and gives its output; throws with its error output if it fails. */
  readonly run: (command: string, args: readonly string[], input?: string) => Promise<string>;
}

/** Runs a command to its end and gives its output; throws with its error output if it fails. */
export async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => {
    output += String(data);
  });
  child.stderr.on("data", (data) => {
    errors += String(data);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${errors}`);
  return output;
}

/** Ends a process that we started: politely, and by force after `patienceMs`. */
export async function end(child: ChildProcess, patienceMs = 10_000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await gone;
  clearTimeout(patience);
}
