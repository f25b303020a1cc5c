import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { end, type Place, run } from "./place.ts";

/** A temporary folder and the processes that were started in it. Everything is on loopback. */
export interface Bench extends Place {
  /** A TCP port of 127.0.0.1 that was free a moment ago. */
  readonly freePort: () => Promise<number>;
}

/** Runs `use` with a bench; ends every process and removes the folder, also on failure and on SIGINT or SIGTERM. */
export async function withBench<Result>(use: (bench: Bench) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "capture-"));
  const running: ChildProcess[] = [];
  const path = (name: string): string => join(folder, name);
  const clear = async (): Promise<void> => {
    await Promise.all(
      running
        .splice(0)
        .reverse()
        .map((child) => end(child)),
    );
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

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
