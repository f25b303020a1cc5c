import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Case } from "../case.ts";
import { writeLarge } from "../inventory.ts";
import { median } from "../measure.ts";

const hosts = 1_000;
/** Answers that are timed of each kind. */
const answers = 50;
const wallGoalMs = 50;
const heldGoalMs = 20;
const crowd = { perSecond: 1_000, seconds: 10, connections: 64 } as const;

/** The exporter service of a large platform: how fast it answers, and how long its event loop is held by that. */
export const serve: Case = {
  name: "serve",
  about: "the exporter service: discovery, scrapes, 1,000 scrapes a second",
  run: async ({ main, folder, isBusy }) => {
    const inventory = writeLarge(folder, hosts);
    // Its Prometheus servers are asked in the background: on this machine, where nobody answers.
    writeFileSync(inventory, readFileSync(inventory, "utf8").replaceAll("10.255.0.", "127.255.0."));
    const server = await startServer(main, inventory);
    const agent = new Agent({ keepAlive: true, maxSockets: crowd.connections });
    try {
      const lines = [
        await timed(server, "targets, plain", { path: "/sd/prometheus", agent }),
        await timed(server, "targets, gzip", { path: "/sd/prometheus", agent, headers: { "accept-encoding": "gzip" } }),
        await timed(server, "scrape", { path: "/metrics", agent }),
        await timed(server, "scrape, OpenMetrics, gzip", {
          ...{ path: "/metrics", agent },
          headers: { accept: "application/openmetrics-text", "accept-encoding": "gzip" },
        }),
        await timed(server, "status page", { path: "/", agent }),
        await crowded(server, agent),
        await rereading(server, inventory, agent),
      ];
      return [
        `## Serve (${hosts} hosts, ${server.targets} targets and probes in the list)`,
        "",
        "| what | median | slowest | event loop held, at most | goal |",
        "| --- | --- | --- | --- | --- |",
        ...lines.map((line) => printLine(line, isBusy)),
        "",
      ].join("\n");
    } finally {
      agent.destroy();
      server.child.kill("SIGTERM");
      await once(server.child, "exit");
    }
  },
};

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly targets: number;
  /** Milliseconds for which the event loop was held since the last time that this was asked. */
  readonly held: () => Promise<number>;
}

interface Line {
  readonly what: string;
  readonly wallsMs: readonly number[];
  readonly heldMs: number;
  /** What else is to be said. */
  readonly note?: string;
  /** Whether the goals are about it. */
  readonly isJudged: boolean;
}

interface Question {
  readonly path: string;
  readonly agent: Agent;
  readonly headers?: Readonly<Record<string, string>>;
}

async function startServer(main: string, inventory: string): Promise<Server> {
  const port = await freePort();
  const hook = fileURLToPath(new URL("../loop-hook.ts", import.meta.url));
  const args = ["--import", hook, main, "serve", "-i", inventory, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const said = async (pattern: RegExp, from: number): Promise<string> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(5)) {
      const found = pattern.exec(log.slice(from));
      if (found?.[1] !== undefined) return found[1];
      if (child.exitCode !== null) break;
    }
    throw new Error(`the service does not say ${pattern}: ${log.slice(-1_000)}`);
  };
  await said(/"message":"(listening)"/, 0);
  const server: Server = {
    child,
    port,
    targets: Number(await said(/"targets":(\d+)/, 0)),
    held: async () => {
      const from = log.length;
      child.kill("SIGUSR2");
      return Number(await said(/held ([\d.]+) ms\n/, from));
    },
  };
  await sleep(500);
  return server;
}

async function timed(server: Server, what: string, question: Question): Promise<Line> {
  const wallsMs: number[] = [];
  await answer(server, question);
  await server.held();
  for (let index = 0; index < answers; index++) wallsMs.push(await answer(server, question));
  return { what, wallsMs, heldMs: await server.held(), isJudged: question.path !== "/" };
}

/** Requests at a fixed pace, whether or not the ones before were answered. */
async function crowded(server: Server, agent: Agent): Promise<Line> {
  const total = crowd.perSecond * crowd.seconds;
  const running: Promise<number | undefined>[] = [];
  const question = { path: "/metrics", agent };
  await server.held();
  const cpuBefore = await cpuSecondsOf(server);
  const started = performance.now();
  while (running.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) * crowd.perSecond) / 1000));
    while (running.length < due) running.push(answer(server, question).catch(() => undefined));
    await sleep(1);
  }
  const walls = await Promise.all(running);
  const tookMs = performance.now() - started;
  const wallsMs = walls.filter((wall) => wall !== undefined);
  const cpuMs = ((await cpuSecondsOf(server)) - cpuBefore) * 1000;
  const pace = `${Math.round((wallsMs.length * 1000) / tookMs)}/s over ${(tookMs / 1000).toFixed(1)} s`;
  const note = `${wallsMs.length} of ${total} answered, ${pace}, ${(cpuMs / total).toFixed(2)} ms of CPU each`;
  return { what: "1,000 scrapes a second", wallsMs, heldMs: await server.held(), note, isJudged: false };
}

/** Scrapes while another inventory is read and judged. */
async function rereading(server: Server, inventory: string, agent: Agent): Promise<Line> {
  await server.held();
  const before = await etagOf(server);
  writeFileSync(inventory, readFileSync(inventory, "utf8").replace("cn-hangzhou", "cn-shanghai"));
  const wallsMs: number[] = [];
  const end = Date.now() + 60_000;
  while ((await etagOf(server)) === before && Date.now() < end) {
    wallsMs.push(await answer(server, { path: "/metrics", agent }));
    await sleep(20);
  }
  return { what: "scrape while the inventory is read", wallsMs, heldMs: await server.held(), isJudged: true };
}

function answer({ port }: Server, { path, agent, headers = {} }: Question): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, path, agent, headers }, (reply) => {
      reply.resume();
      reply.on("end", () => {
        if (reply.statusCode === 200) resolve(performance.now() - started);
        else reject(new Error(`${path} answered ${reply.statusCode}`));
      });
      reply.on("error", reject);
    });
    asked.on("error", reject);
  });
}

/** CPU time of the service so far, by its own metrics. */
async function cpuSecondsOf({ port }: Server): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(page)?.[1]);
}

function etagOf({ port }: Server): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, path: "/sd/prometheus?job=node" }, (reply) => {
      reply.resume();
      resolve(reply.headers.etag);
    });
    asked.on("error", reject);
  });
}

function printLine({ what, wallsMs, heldMs, note, isJudged }: Line, isBusy: boolean): string {
  const middle = median(wallsMs) ?? Number.NaN;
  const isReached = middle <= wallGoalMs && heldMs <= heldGoalMs;
  const verdict = isReached ? "reached" : isBusy ? "not judged: busy" : "MISSED";
  const goal = isJudged ? `≤ ${wallGoalMs} ms, held ≤ ${heldGoalMs} ms: ${verdict}` : (note ?? "");
  const slowest = wallsMs.reduce((most, wall) => Math.max(most, wall), 0);
  return `| ${what} | ${middle.toFixed(1)} ms | ${slowest.toFixed(1)} ms | ${heldMs.toFixed(1)} ms | ${goal} |`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
