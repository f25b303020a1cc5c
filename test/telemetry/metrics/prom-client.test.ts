import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry, Summary } from "prom-client";
import { describe, expect, it } from "vitest";
import { createFaults } from "../../../packages/telemetry/src/metrics/faults.ts";
import { createRegistry, type MetricRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { createPromClient } from "../../../packages/telemetry/src/metrics/prom-client/source.ts";
import { bare, openMetrics, readSamples, sampleValue, textOf } from "./samples.ts";

function over(...registries: readonly object[]): MetricRegistry {
  return createRegistry({ ...bare, registries });
}

function openMetricsRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

/** Samples as texts, sorted: the order of series and labels says nothing. */
function shown(text: string): readonly string[] {
  return readSamples(text)
    .filter(({ name }) => !name.startsWith("telemetry_"))
    .map(({ name, labels, value }) => JSON.stringify([name, Object.entries(labels).sort(), value]))
    .sort();
}

/** Registries of the process that other tests fill are none of this test's. */
async function ours(registry: MetricRegistry, accept?: string): Promise<readonly string[]> {
  return shown(await textOf(registry, accept));
}

describe("prom-client's registries", () => {
  it("are shown as prom-client prints them: all types, labels, default labels, special values", async () => {
    const theirs = new Registry();
    theirs.setDefaultLabels({ app: "menu", zone: 'a"\\\n' });
    const registers = [theirs];
    const hits = new Counter({ name: "hits_total", help: "Hits.", labelNames: ["route", "status"], registers });
    hits.inc({ route: '/"\\\n', status: 200 }, 3);
    hits.inc({ status: 500, route: "/" });
    hits.inc({ route: "/only" });
    new Counter({ name: "plain", help: "A counter\nwithout a suffix", registers }).inc(2);
    const gauge = new Gauge({ name: "depth", help: "Depth.", labelNames: ["zone"], registers });
    gauge.set({ zone: "b" }, Number.NEGATIVE_INFINITY);
    gauge.set({ zone: "c" }, 1e21);
    const wait = new Histogram({
      name: "wait_seconds",
      help: "Wait.",
      labelNames: ["route"],
      registers,
      buckets: [0.1, 1, 10],
    });
    for (const value of [0.05, 0.1, 5, 70]) wait.observe({ route: "/" }, value);
    new Histogram({ name: "idle_seconds", help: "Idle.", registers });
    const size = new Summary({
      name: "size_bytes",
      help: "Size.",
      labelNames: ["route"],
      registers,
      percentiles: [0.5, 0.9],
    });
    for (let at = 1; at <= 100; at++) size.observe({ route: "/" }, at);

    expect(await ours(over(theirs))).toEqual(shown(await theirs.metrics()));
  });

  it("follow what the application does: counting on, removing, resetting, filling anew", async () => {
    const theirs = new Registry();
    const registers = [theirs];
    const hits = new Counter({ name: "hits_total", help: "Hits.", labelNames: ["at"], registers });
    const filled = new Gauge({
      ...{ name: "filled", help: "Filled.", labelNames: ["at"], registers },
      collect() {
        this.reset();
        for (let at = 0; at < round; at++) this.set({ at: `${at}-${round}` }, at);
      },
    });
    const registry = over(theirs);
    let round = 0;
    const steps: readonly (() => void)[] = [
      () => hits.inc({ at: "a" }),
      () => hits.inc({ at: "b" }, 2),
      () => hits.remove({ at: "a" }),
      () => hits.inc({ at: "a" }, 5),
      () => hits.inc({ at: "c" }),
      () => hits.reset(),
      () => hits.inc({ at: "b" }),
      () => theirs.removeSingleMetric("hits_total"),
      () => theirs.registerMetric(hits),
      () => theirs.setDefaultLabels({ app: "menu" }),
      () => theirs.setDefaultLabels({ app: "order" }),
      () => filled.remove({ at: "0-1" }),
      () => theirs.clear(),
    ];
    for (const step of steps) {
      step();
      round++;
      expect(await ours(registry)).toEqual(shown(await theirs.metrics()));
    }
  });

  it("are followed series by series also where they are too large to be listed at each scrape", async () => {
    const theirs = new Registry();
    const hits = new Counter({ name: "hits_total", help: "Hits.", labelNames: ["at"], registers: [theirs] });
    const depth = new Gauge({ name: "depth", help: "Depth.", labelNames: ["at"], registers: [theirs] });
    const registry = over(theirs);
    for (let round = 0; round < 4; round++) {
      for (let at = round * 1_000; at < (round + 1) * 1_500; at++) {
        hits.inc({ at });
        depth.set({ at }, at * round);
      }
      for (let at = round; at < 1_000; at += 100) hits.remove({ at });
      hits.inc({ at: round }, 7);
      expect(await ours(registry)).toEqual(shown(await theirs.metrics()));
      // What it reads is the same as ever.
      expect(Object.keys(await hits.get())).toContain("values");
    }
    hits.reset();
    hits.inc({ at: "new" });
    expect(await ours(registry)).toEqual(shown(await theirs.metrics()));
  });

  it("keep the names of counters after the application itself was scraped with OpenMetrics", async () => {
    const theirs = openMetricsRegistry();
    const hits = new Counter({ name: "hits_total", help: "Hits.", registers: [theirs] });
    hits.inc();
    await theirs.metrics();
    expect(Reflect.get(hits, "name")).toBe("hits");
    const registry = over(theirs);
    expect(sampleValue(await textOf(registry), "hits_total")).toBe(1);
    expect(sampleValue(await textOf(registry, openMetrics), "hits_total")).toBe(1);
  });

  it("show their exemplars in OpenMetrics", async () => {
    const theirs = openMetricsRegistry();
    const options = { help: "x", registers: [theirs], enableExemplars: true };
    const hits: Counter<"traceId"> = new Counter({ name: "hits_total", labelNames: [], ...options });
    hits.inc({ labels: {}, value: 2, exemplarLabels: { traceId: "abc" } });
    const wait: Histogram<"traceId"> = new Histogram({
      name: "wait_seconds",
      labelNames: [],
      buckets: [1],
      ...options,
    });
    wait.observe({ labels: {}, value: 0.5, exemplarLabels: { traceId: 'a"b' } });
    wait.observe({ labels: {}, value: 5, exemplarLabels: { traceId: "inf" } });
    const registry = over(theirs);
    const exemplars = readSamples(await textOf(registry, openMetrics)).flatMap(({ name, exemplar }) =>
      exemplar === undefined ? [] : [`${name} ${exemplar.replace(/ [\d.]+$/, "")}`],
    );
    expect(exemplars).toEqual([
      'hits_total {traceId="abc"} 2',
      'wait_seconds_bucket {traceId="a\\"b"} 0.5',
      'wait_seconds_bucket {traceId="inf"} 5',
    ]);
    expect(await textOf(registry)).not.toContain("traceId");
  });

  it("are shown without the metric that throws when it collects, or never ends, and these are counted", async () => {
    const theirs = new Registry();
    const registers = [theirs];
    let calls = 0;
    const collects: Readonly<Record<string, () => void | Promise<void>>> = {
      broken: () => {
        throw new Error("no");
      },
      rejecting: () => Promise.reject(new Error("no")),
      hanging: () => {
        calls++;
        return new Promise(() => undefined);
      },
      slow: () => sleep(50),
    };
    for (const [name, collect] of Object.entries(collects)) new Gauge({ name, help: "x", registers, collect });
    const faults = createFaults(undefined);
    const source = createPromClient(faults, 300);
    source.include(theirs);
    const names = async () => (await source.families()).map(({ name }) => name);
    const wanted = (all: readonly string[]) => all.filter((name) => name in collects);
    expect(wanted(await names())).toEqual(["slow"]);
    expect(faults.counts.get("read_failed")).toBe(3);
    // What hangs is not asked again, so that nothing piles up.
    await sleep(50);
    expect(wanted(await names())).toEqual(["slow"]);
    expect(calls).toBe(1);
  });

  it("are collected once where two ask at the same time, and both get the numbers", async () => {
    const theirs = new Registry();
    let calls = 0;
    new Gauge({
      ...{ name: "slow_but_sure", help: "x", registers: [theirs] },
      async collect() {
        calls++;
        await sleep(50);
        this.set(7);
      },
    });
    const source = createPromClient(createFaults(undefined));
    source.include(theirs);
    const both = await Promise.all([source.families(), source.families()]);
    for (const families of both) expect(families.some(({ name }) => name === "slow_but_sure")).toBe(true);
    expect(calls).toBe(1);
  });

  it("give way to the library's own metrics of the same name; what is rendered stays valid, and it is counted", async () => {
    const theirs = new Registry();
    new Gauge({ name: "wait_seconds_count", help: "x", registers: [theirs] }).set(9);
    new Counter({ name: "orders_total", help: "x", labelNames: ["at"], registers: [theirs] }).inc({ at: "x" });
    new Counter({ name: "hits_total", help: "x", registers: [theirs] }).inc();
    const registry = over(theirs);
    registry.counter({ name: "orders_total", help: "Orders." }).inc(5);
    registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1] }).observe(1);
    await textOf(registry);
    for (const accept of [undefined, openMetrics]) {
      const text = await textOf(registry, accept);
      const heads = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
      expect(new Set(heads).size).toBe(heads.length);
      expect(readSamples(text).filter(({ name }) => name === "orders_total")).toMatchObject([{ labels: {}, value: 5 }]);
      expect(sampleValue(text, "wait_seconds_count")).toBe(1);
      expect(sampleValue(text, "hits_total")).toBe(1);
    }
    const faults = sampleValue(await textOf(registry), "telemetry_metric_faults_total", { fault: "name_clash" });
    expect(faults).toBe(6);
  });

  it("may hold metrics of another make, which only have get", async () => {
    const theirs = new Registry();
    const odd = {
      name: "odd",
      get: async () => ({
        ...{ name: "odd", help: "Odd.", type: "histogram" },
        values: [
          { metricName: "odd_bucket", labels: { le: 1 }, value: 2 },
          { metricName: "odd_count", labels: {}, value: 2 },
        ],
      }),
    };
    Reflect.set(Reflect.get(theirs, "_metrics"), "odd", odd);
    const put = (name: string, metric: unknown) => Reflect.set(Reflect.get(theirs, "_metrics"), name, metric);
    put("nonsense", 7);
    // Of a known type, but of another version: its own get throws.
    const get = () => Promise.reject(new Error("no"));
    put("newer", { name: "newer", type: "histogram", hashMap: {}, get });
    const text = await textOf(over(theirs));
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "read_failed" })).toBe(1);
    expect(sampleValue(text, "odd_bucket", { le: "1" })).toBe(2);
    expect(sampleValue(text, "odd_count")).toBe(2);
  });

  it("find the default registry without being told", async () => {
    const { register } = await import("prom-client");
    const name = "found_without_being_told";
    new Gauge({ name, help: "x" }).set(3);
    try {
      expect(sampleValue(await textOf(createRegistry(bare)), name)).toBe(3);
    } finally {
      register.removeSingleMetric(name);
    }
  });
});
