import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Way = "file" | "durable" | "fast";

/** Logs a number of lines in a process of its own, and gives the milliseconds that the calls took. */
export async function logLines(root: string, folder: string, way: Way, lines: number): Promise<number> {
  const own = mkdtempSync(join(folder, "logs-"));
  const store = fork(join(root, "bench/ship/store.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let app: ChildProcess | undefined;
  try {
    const port = numberIn(await told(store), "port");
    app = fork(join(root, "bench/logs/app.ts"), [way, String(lines), own, String(port)], {
      cwd: join(root, "packages/telemetry"),
      execArgv: ["--conditions=stackwright-source"],
    });
    return numberIn(await told(app), "callsMs");
  } finally {
    app?.kill();
    store.send("end");
    rmSync(own, { recursive: true, force: true });
  }
}

async function told(child: ChildProcess): Promise<unknown> {
  const given = new AbortController();
  const signal = AbortSignal.any([given.signal, AbortSignal.timeout(120_000)]);
  const [message]: unknown[] = await Promise.race([
    once(child, "message", { signal }),
    once(child, "exit", { signal }),
  ]);
  given.abort();
  return message;
}

function numberIn(value: unknown, key: string): number {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== "number") throw new Error(`a process of the bench has ended before it told its ${key}`);
  return found;
}
