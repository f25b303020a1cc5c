import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Case } from "../case.ts";
import { type Load, load } from "../express/load.ts";
import { median } from "../measure.ts";

const seconds = 4;
const warmUpSeconds = 2;
/** Share of the bare throughput: the aim, and the least. */
const goal = { aim: 0.55, least: 0.35 } as const;

interface Variant {
  readonly name: string;
  readonly what: string;
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const variants: readonly Variant[] = [
  { name: "bare", what: "Express alone" },
  {
    name: "standard",
    what: "express-prom-bundle, pino-http, official http and express instrumentations",
    preload: "standard.ts",
    env: { VARIANT: "standard", OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" },
  },
  {
    name: "ours",
    what: "this library: traces at ratio 1, metrics, request log",
    preload: "@stackwright/telemetry/register",
  },
];

interface Figures extends Load {
  readonly cpuUs: number;
}

/** What it costs an Express service to be seen: throughput, CPU and latency, beside the usual set-up and none. */
export const express: Case = {
  name: "express",
  about: "Express with traces, metrics and request log, beside the official packages and beside nothing",
  run: async ({ root, folder, runs }) => {
    const sink = await start(join(root, "bench/express/sink.ts"), { args: [], env: {} });
    const figures = new Map<string, Figures[]>(variants.map(({ name }) => [name, []]));
    try {
      for (let round = 0; round < runs; round++)
        for (const variant of variants)
          figures.get(variant.name)?.push(await measure(variant, { root, folder, sink: sink.port }));
    } finally {
      sink.child.kill("SIGTERM");
    }
    const bare = summary(figures.get("bare") ?? []);
    return [
      `## Express (JSON route in a nested router, 32 connections, ${seconds} s a run, ${runs} interleaved runs)`,
      "",
      "| what | requests/s | of bare | CPU per request | of bare | p99 | goal |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      ...variants.map((variant) => printRow(variant, summary(figures.get(variant.name) ?? []), bare)),
      "",
    ].join("\n");
  },
};

interface Place {
  readonly root: string;
  readonly folder: string;
  readonly sink: number;
}

async function measure({ preload, env = {} }: Variant, { root, folder, sink }: Place): Promise<Figures> {
  const path = preload?.endsWith(".ts") ? join(root, "bench/express", preload) : preload;
  const app = await start(join(root, "bench/express/app.ts"), {
    args: path === undefined ? [] : ["--import", path],
    env: {
      NODE_ENV: "production",
      OTEL_SERVICE_NAME: "bench",
      OTEL_TRACES_SAMPLER: "always_on",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink}`,
      TELEMETRY_METRICS_PORT: String(await freePort()),
      STATE_DIRECTORY: folder,
      ...env,
    },
  });
  try {
    await load(app.port, warmUpSeconds);
    const before = await cpuUsOf(app.child);
    const { requests, requestsPerSecond, p99Ms } = await load(app.port, seconds);
    const cpuUs = ((await cpuUsOf(app.child)) - before) / requests;
    return { requests, requestsPerSecond, p99Ms, cpuUs };
  } finally {
    app.child.kill("SIGTERM");
    await once(app.child, "exit");
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(
  file: string,
  { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<Started> {
  const child = fork(file, {
    cwd: fileURLToPath(new URL("../../packages/telemetry", import.meta.url)),
    execArgv: ["--conditions=stackwright-source", ...args],
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [told]: unknown[] = await Promise.race([once(child, "message"), once(child, "exit")]);
  const port = numberIn(told, "port");
  if (port === undefined) throw new Error(`${file} does not start`);
  return { child, port };
}

async function cpuUsOf(child: ChildProcess): Promise<number> {
  child.send("cpu");
  const [told]: unknown[] = await once(child, "message");
  const usage: unknown = isObject(told) ? Reflect.get(told, "cpuUs") : undefined;
  return (numberIn(usage, "user") ?? Number.NaN) + (numberIn(usage, "system") ?? Number.NaN);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = numberIn(server.address(), "port");
  server.close();
  if (port === undefined) throw new Error("no free port");
  return port;
}

function numberIn(value: unknown, key: string): number | undefined {
  const found: unknown = isObject(value) ? Reflect.get(value, key) : undefined;
  return typeof found === "number" ? found : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function summary(figures: readonly Figures[]): Figures {
  const middle = (pick: (figure: Figures) => number): number => median(figures.map(pick)) ?? Number.NaN;
  return {
    requests: middle(({ requests }) => requests),
    requestsPerSecond: middle(({ requestsPerSecond }) => requestsPerSecond),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    cpuUs: middle(({ cpuUs }) => cpuUs),
  };
}

function printRow({ name, what }: Variant, own: Figures, bare: Figures): string {
  const share = own.requestsPerSecond / bare.requestsPerSecond;
  const verdict = share >= goal.aim ? "reached" : share >= goal.least ? `above ${goal.least}, aim missed` : "MISSED";
  return `| ${[
    what,
    own.requestsPerSecond.toFixed(0),
    share.toFixed(2),
    `${own.cpuUs.toFixed(0)} µs`,
    (own.cpuUs / bare.cpuUs).toFixed(2),
    `${own.p99Ms.toFixed(1)} ms`,
    name === "ours" ? `≥ ${goal.aim}: ${verdict}` : "",
  ].join(" | ")} |`;
}
