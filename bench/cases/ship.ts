import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { median } from "../measure.ts";

const lines = 100_000;

const ways = [
  { name: "pino-elasticsearch", what: "pino-elasticsearch, tuned (1 MB, 1 s), nothing on disk" },
  { name: "durable", what: "mode durable: every line on disk first" },
  { name: "fast", what: "mode fast: memory only" },
] as const;

/** Against the peer: lines a second at least, CPU at most. */
const goal = { rate: 0.9, cpu: 0.6 } as const;

interface Figures {
  readonly linesPerSecond: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly writtenMs: number;
  readonly closeMs: number;
}

/** From the first line written to the last one that has arrived at a store which costs nothing. */
export const ship: Case = {
  name: "ship",
  about: `${lines / 1_000},000 log lines of 330 bytes to a store, beside pino-elasticsearch`,
  run: async ({ root, folder, runs }) => {
    const store = fork(join(root, "bench/ship/store.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const port = field(await told(store), "port");
    const figures = new Map<string, Figures[]>(ways.map(({ name }) => [name, []]));
    try {
      for (let round = -1; round < runs; round++)
        for (const { name } of ways) {
          const found = await send({ way: name, store, url: `http://127.0.0.1:${port}`, root, folder });
          if (round >= 0) figures.get(name)?.push(found);
        }
    } finally {
      store.send("end");
      await once(store, "exit");
    }
    const peer = summary(figures.get("pino-elasticsearch") ?? []);
    return [
      `## Shipping ${lines} log lines (${runs} interleaved runs)`,
      "",
      "| what | lines/s | of peer | CPU | of peer | peak memory | handed over in | end | goal |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...ways.map(({ name, what }) => printRow({ name, what }, summary(figures.get(name) ?? []), peer)),
      "",
    ].join("\n");
  },
};

interface Sending {
  readonly way: string;
  readonly store: ChildProcess;
  readonly url: string;
  readonly root: string;
  readonly folder: string;
}

async function send({ way, store, url, root, folder }: Sending): Promise<Figures> {
  const own = join(folder, "ship");
  mkdirSync(own, { recursive: true });
  store.send(lines);
  await told(store);
  const child = fork(join(root, "bench/ship/sender.ts"), [way, url, own, String(lines)], {
    execArgv: ["--conditions=stackwright-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await told(child);
  const arriving = told(store);
  const writing = told(child);
  child.send("go");
  const written = await writing;
  const arrived = await arriving;
  const costs = told(child);
  child.send("arrived");
  const cost = await costs;
  if (child.exitCode === null) await once(child, "exit");
  rmSync(own, { recursive: true, force: true });
  const started = field(written, "started");
  return {
    linesPerSecond: lines / ((field(arrived, "arrived") - started) / 1_000),
    cpuMs: field(cost, "cpuMs"),
    peakMiB: field(cost, "peakMiB"),
    writtenMs: field(written, "written") - started,
    closeMs: field(cost, "closeMs"),
  };
}

async function told(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(120_000)]);
  try {
    const [message]: unknown[] = await Promise.race([
      once(child, "message", { signal }),
      once(child, "exit", { signal }).then(() => {
        throw new Error("a process of the bench has ended before its time");
      }),
    ]);
    return message;
  } finally {
    waiting.abort();
  }
}

function field(message: unknown, name: string): number {
  const value: unknown = typeof message === "object" && message !== null ? Reflect.get(message, name) : undefined;
  if (typeof value !== "number") throw new Error(`no ${name} in what a process of the bench told`);
  return value;
}

function summary(figures: readonly Figures[]): Figures {
  const middle = (pick: (each: Figures) => number): number => median(figures.map(pick)) ?? Number.NaN;
  return {
    linesPerSecond: middle(({ linesPerSecond }) => linesPerSecond),
    cpuMs: middle(({ cpuMs }) => cpuMs),
    peakMiB: middle(({ peakMiB }) => peakMiB),
    writtenMs: middle(({ writtenMs }) => writtenMs),
    closeMs: middle(({ closeMs }) => closeMs),
  };
}

function printRow(
  { name, what }: { readonly name: string; readonly what: string },
  own: Figures,
  peer: Figures,
): string {
  const rate = own.linesPerSecond / peer.linesPerSecond;
  const cpu = own.cpuMs / peer.cpuMs;
  const word = (isReached: boolean): string => (isReached ? "reached" : "MISSED");
  return `| ${[
    what,
    own.linesPerSecond.toFixed(0),
    rate.toFixed(2),
    `${own.cpuMs.toFixed(0)} ms`,
    cpu.toFixed(2),
    `${own.peakMiB.toFixed(0)} MiB`,
    `${own.writtenMs.toFixed(0)} ms`,
    `${own.closeMs.toFixed(0)} ms`,
    name === "durable"
      ? `lines/s ≥ ${goal.rate}: ${word(rate >= goal.rate)}; CPU ≤ ${goal.cpu}: ${word(cpu <= goal.cpu)}; end ≤ 2 s: ${word(own.closeMs <= 2_000)}`
      : "",
  ].join(" | ")} |`;
}
