import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseTextFormat, type SeenFamily } from "./text-format.ts";

/** A temporary folder and the processes that were started in it. Everything is on loopback. */
export interface Bench {
  /** Absolute path in the temporary folder. */
  readonly path: (name: string) => string;
  /** Writes a file there and gives its absolute path. */
  readonly write: (name: string, content: string) => Promise<string>;
  /** A TCP port of 127.0.0.1 that was free a moment ago. */
  readonly freePort: () => Promise<number>;
  /** Starts a process that runs until the bench is cleared; its output goes to a log in the folder. */
  readonly start: (command: string, args: readonly string[], environment?: Readonly<Record<string, string>>) => void;
  /** Runs a command to its end and gives its output; throws with its error output if it fails. */
  readonly run: (command: string, args: readonly string[], input?: string) => Promise<string>;
}

/** Runs `use` with a bench; ends every process and removes the folder, also on failure and on SIGINT or SIGTERM. */
export async function withBench<Result>(use: (bench: Bench) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "capture-"));
  const running: ChildProcess[] = [];
  const path = (name: string): string => join(folder, name);
  const clear = async (): Promise<void> => {
    await Promise.all(running.splice(0).reverse().map(end));
    await rm(folder, { recursive: true, force: true });
  };
  const interrupt = (): void => {
    void clear().finally(() => process.exit(1));
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await use({
      path,
      write: async (name, content) => {
        await mkdir(dirname(path(name)), { recursive: true });
        await writeFile(path(name), content);
        return path(name);
      },
      freePort,
      start: (command, args, environment = {}) => {
        const child = spawn(command, args, {
          cwd: folder,
          env: { ...process.env, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const log = createWriteStream(path(`${running.length}-${command.split("/").at(-1)}.log`));
        child.stdout.pipe(log, { end: false });
        child.stderr.pipe(log, { end: false });
        child.on("error", (error) => log.write(`${error.message}\n`));
        running.push(child);
      },
      run,
    });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await clear();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(patience);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function run(command: string, args: readonly string[], input = ""): Promise<string> {
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

/** Repeats `attempt` until it succeeds, for at most `seconds`; then throws its last error. */
export async function eventually<Result>(attempt: () => Promise<Result>, seconds = 30): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** Text of an HTTP answer; throws unless it is 2xx. */
export async function get(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.text();
}

/** Families that a scrape shows now. */
export async function scrape(url: string): Promise<ReadonlyMap<string, SeenFamily>> {
  return parseTextFormat(await get(url));
}
