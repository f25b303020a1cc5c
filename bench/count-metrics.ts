// Times single observations and prints nanoseconds by run, as JSON:
// node --conditions=stackwright-source bench/count-metrics.ts RUNS
import { Counter, Histogram, Registry } from "prom-client";
import { createRegistry } from "../packages/telemetry/src/metrics/index.ts";

const times = 500_000;
const series = 100;
const labelNames = ["method", "route", "status"];
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const registers = [new Registry()];
const { counter, histogram } = createRegistry({
  ...{ maxSeries: 2_000, processMetrics: false, createdSamples: false, cluster: false },
});
const peerCounter = new Counter({ name: "hits_total", help: "Hits.", labelNames, registers });
const ourCounter = counter({ name: "hits_total", help: "Hits.", labels: labelNames });
const peerHistogram = new Histogram({ name: "wait_seconds", help: "Wait.", labelNames, buckets, registers });
const ourHistogram = histogram({ name: "wait_seconds", help: "Wait.", labels: labelNames, buckets });
const sets = Array.from({ length: series }, (_, at) => ({
  method: at % 2 ? "GET" : "POST",
  route: `/things/${at}`,
  status: "200",
}));
const peerCounters = sets.map((labels) => peerCounter.labels(labels));
const ourCounters = sets.map((labels) => ourCounter.bind(labels));
const peerHistograms = sets.map((labels) => peerHistogram.labels(labels));
const ourHistograms = sets.map((labels) => ourHistogram.bind(labels));
const exemplar = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const value = (at: number): number => (at % 97) / 50;

/** Each takes what it needs from a list of as many, so that none is timed with one series in the processor's cache. */
const contenders: Readonly<Record<string, (at: number) => void>> = {
  "prom-client counter": (at) => peerCounter.inc(sets[at % series] ?? {}, 1),
  counter: (at) => ourCounter.add(sets[at % series] ?? {}, 1),
  "prom-client counter child": (at) => peerCounters[at % series]?.inc(1),
  "counter bound": (at) => ourCounters[at % series]?.inc(1),
  "prom-client histogram": (at) => peerHistogram.observe(sets[at % series] ?? {}, value(at)),
  histogram: (at) => ourHistogram.observeFor(sets[at % series] ?? {}, value(at)),
  "prom-client histogram child": (at) => peerHistograms[at % series]?.observe(value(at)),
  "histogram bound": (at) => ourHistograms[at % series]?.observe(value(at)),
  "histogram bound, with exemplar": (at) => ourHistograms[at % series]?.observe(value(at), exemplar),
};

const results = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
for (let round = -2; round < Number(process.argv[2]); round++)
  for (const [name, act] of Object.entries(contenders)) {
    const start = process.hrtime.bigint();
    for (let at = 0; at < times; at++) act(at);
    const ns = Number(process.hrtime.bigint() - start) / times;
    if (round >= 0) results.get(name)?.push(ns);
  }
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
