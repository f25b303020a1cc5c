// Renders registries in turn and prints how long it took, as JSON:
// node --expose-gc --conditions=stackwright-source bench/render-metrics.ts TYPE SERIES METRICS RUNS
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { createRegistry, type MetricRegistry } from "../packages/telemetry/src/metrics/index.ts";

/** What a render took: milliseconds by run. */
export interface RenderTimes {
  readonly wallMs: number[];
  /** How long the event loop was held at most. */
  readonly heldMs: number[];
  /** What the thread worked. */
  readonly busyMs: number[];
}

const resolutionMs = 1;
const [type = "counter", series = "", metrics = "", runs = ""] = process.argv.slice(2);
const settings = { maxSeries: 1_000_000, processMetrics: false, createdSamples: false, cluster: false };
const theirs = new Registry();
const own = createRegistry(settings);
const overTheirs = createRegistry({ ...settings, registries: [theirs] });
fill();

const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
const contenders: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["prom-client", () => theirs.metrics()],
  ["over", () => overTheirs.render()],
  ["own", () => own.render()],
  ["zipped", async () => (await rendered).zipped()],
];
let rendered = own.render();
const results = new Map<string, RenderTimes>(
  contenders.map(([name]) => [name, { wallMs: [], heldMs: [], busyMs: [] }]),
);
// A process that is scraped has rendered often: few samples need more rounds until all is compiled, for everybody.
const warmUps = Math.max(2, Math.ceil(300_000 / Number(series)));
// Once, and not before each run: after a full collection memory for what is new is small, and no scrape begins like that.
globalThis.gc?.();
for (let round = -warmUps; round < Number(runs); round++)
  for (const [name, render] of contenders) {
    rendered = own.render();
    await rendered;
    const times = await timed(render);
    if (round < 0) continue;
    results.get(name)?.wallMs.push(times.wallMs);
    results.get(name)?.heldMs.push(times.heldMs);
    results.get(name)?.busyMs.push(times.busyMs);
  }
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
process.exit(0);

async function timed(render: () => Promise<unknown>): Promise<Record<keyof RenderTimes, number>> {
  delay.reset();
  // Its first tick after that only begins to count.
  await sleep(10);
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  await render();
  const wallMs = performance.now() - start;
  const busyMs = performance.eventLoopUtilization(before).active;
  await sleep(5);
  return { wallMs, heldMs: Math.max(0, delay.max / 1e6 - resolutionMs), busyMs };
}

function fill(): void {
  const labelNames = ["method", "route", "status"];
  for (let metric = 0; metric < Number(metrics); metric++) {
    const name = `http_requests_${metric}${type === "counter" ? "_total" : ""}`;
    const put = type === "histogram" ? histograms(name, labelNames) : scalars(name, labelNames, own);
    for (let at = 0; at < Number(series) / Number(metrics); at++)
      put(
        { method: "GET", route: `/api/v1/restaurants/:id/things/${at}`, status: "200" },
        at % 3 === 0 ? at + 0.5 : at,
      );
  }
}

type Put = (labels: Record<string, string>, value: number) => void;

function scalars(name: string, labelNames: string[], { counter, gauge }: MetricRegistry): Put {
  const options = { name, help: "Requests.", labelNames, registers: [theirs] };
  const ours = { name, help: "Requests.", labels: labelNames };
  if (type === "counter") {
    const [peer, us] = [new Counter(options), counter(ours)];
    return (labels, value) => {
      peer.inc(labels, value);
      us.add(labels, value);
    };
  }
  const [peer, us] = [new Gauge(options), gauge(ours)];
  return (labels, value) => {
    peer.set(labels, value);
    us.setFor(labels, value);
  };
}

function histograms(name: string, labelNames: string[]): Put {
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const peer = new Histogram({ name, help: "Requests.", labelNames, buckets, registers: [theirs] });
  const us = own.histogram({ name, help: "Requests.", labels: labelNames, buckets });
  return (labels, value) => {
    peer.observe(labels, value / 1_000);
    us.observeFor(labels, value / 1_000);
  };
}
