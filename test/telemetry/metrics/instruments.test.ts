import { describe, expect, it } from "vitest";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { bare, openMetrics, readSamples, sampleValue, textOf } from "./samples.ts";

const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

describe("instruments", () => {
  it("count, set and observe what they are told, with labels and without", async () => {
    const registry = createRegistry(bare);
    const orders = registry.counter({ name: "orders_total", help: "Orders.", labels: ["kind_of_order", "status"] });
    orders.add({ kind_of_order: "lunch", status: "200" });
    orders.bind({ kind_of_order: "lunch", status: "200" }).inc(2);
    registry.counter({ name: "boots_total", help: "Boots." }).inc();
    const open = registry.gauge({ name: "open_tables", help: "Open tables.", labels: ["floor"] });
    open.setFor({ floor: "1" }, 7);
    open.bind({ floor: "1" }).dec(3);
    const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", labels: ["floor"], buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 7]) wait.observeFor({ floor: "1" }, value);

    const text = await textOf(registry);

    expect(sampleValue(text, "orders_total", { kind_of_order: "lunch", status: "200" })).toBe(3);
    expect(sampleValue(text, "boots_total")).toBe(1);
    expect(sampleValue(text, "open_tables", { floor: "1" })).toBe(4);
    expect(sampleValue(text, "wait_seconds_bucket", { floor: "1", le: "0.1" })).toBe(2);
    expect(sampleValue(text, "wait_seconds_bucket", { floor: "1", le: "1" })).toBe(3);
    expect(sampleValue(text, "wait_seconds_bucket", { floor: "1", le: "+Inf" })).toBe(4);
    expect(sampleValue(text, "wait_seconds_sum", { floor: "1" })).toBeCloseTo(7.65);
    expect(sampleValue(text, "wait_seconds_count", { floor: "1" })).toBe(4);
  });

  it("show a counter without labels from the start, with 0", async () => {
    const registry = createRegistry(bare);
    registry.counter({ name: "boots_total", help: "Boots." });
    expect(sampleValue(await textOf(registry), "boots_total")).toBe(0);
  });

  it("are the same for the same name and options", async () => {
    const registry = createRegistry(bare);
    const options = { name: "boots_total", help: "Boots.", labels: ["floor"] };
    expect(registry.counter(options)).toBe(registry.counter({ ...options, labels: ["floor"] }));
    const read = () => 1;
    const observed = { name: "depth", help: "Depth.", type: "gauge", read } as const;
    registry.observed(observed);
    expect(() => registry.observed(observed)).not.toThrow();
    expect(() => registry.observed({ ...observed, read: () => 2 })).toThrow("another function");
  });

  it.each([
    ["other options", { name: "boots_total", help: "Shoes." }, "there already with other options"],
    ["other labels", { name: "boots_total", help: "Boots.", labels: ["floor"] }, "there already"],
    ["a name that is none", { name: "boots total", help: "Boots." }, "use letters"],
    ["no suffix", { name: "boots", help: "Boots." }, "name it boots_total"],
    ["no help", { name: "shoes_total", help: "" }, "has no help"],
    ["a label twice", { name: "shoes_total", help: "Shoes.", labels: ["a", "a"] }, "named twice"],
    ["a limit that is none", { name: "shoes_total", help: "Shoes.", maxSeries: 0 }, "maxSeries"],
    ["a label that is no name", { name: "shoes_total", help: "Shoes.", labels: ["a-b"] }, "not a name"],
  ])("are refused when they are made with %s", (_, options, message) => {
    const registry = createRegistry(bare);
    registry.counter({ name: "boots_total", help: "Boots." });
    expect(() => registry.counter(options)).toThrow(message);
  });

  it.each(
    [
      ["job", "instance", "service", "host", "kind", "owner", "platform", "environment", "replica"],
      ["le", "quantile", "__name__", "__x"],
    ].flat(),
  )("refuse the label %s, which belongs to the target or the notation", (label) => {
    const registry = createRegistry(bare);
    const make = () => registry.gauge({ name: "depth", help: "Depth.", labels: [label] });
    expect(make).toThrow(new RegExp(`depth: label ${label} is reserved.*; choose another name`));
  });

  it.each([[[]], [[1, 1]], [[2, 1]], [[Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])(
    "refuse the buckets %j",
    (buckets) => {
      const registry = createRegistry(bare);
      expect(() => registry.histogram({ name: "wait_seconds", help: "Wait.", buckets })).toThrow(
        "not finite and ascending",
      );
    },
  );

  it("ignore values that are none, count them and say so once", async () => {
    const said: string[] = [];
    const registry = createRegistry(bare, { begin: (key) => said.push(key), end: () => undefined });
    const counter = registry.counter({ name: "orders_total", help: "Orders." });
    const gauge = registry.gauge({ name: "depth", help: "Depth." });
    const histogram = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1] });
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) counter.inc(bad);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) histogram.observe(bad);
    // From JavaScript anything can come.
    for (const bad of ["1", {}, null, 1n]) {
      Reflect.apply(counter.inc, counter, [bad]);
      Reflect.apply(gauge.set, gauge, [bad]);
      Reflect.apply(histogram.observe, histogram, [bad]);
    }
    const text = await textOf(registry);
    expect(sampleValue(text, "orders_total")).toBe(0);
    expect(sampleValue(text, "depth")).toBe(0);
    expect(sampleValue(text, "wait_seconds_count")).toBe(0);
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "value_refused" })).toBe(18);
    expect(said.sort()).toEqual(
      ["depth", "orders_total", "wait_seconds"].map((name) => `metrics:value_refused:${name}`),
    );
  });

  it("write numbers that are not finite as Prometheus reads them", async () => {
    const registry = createRegistry(bare);
    const gauge = registry.gauge({ name: "depth", help: "Depth.", labels: ["at"] });
    gauge.setFor({ at: "a" }, Number.NaN);
    gauge.setFor({ at: "b" }, Number.POSITIVE_INFINITY);
    gauge.setFor({ at: "c" }, Number.NEGATIVE_INFINITY);
    gauge.setFor({ at: "d" }, 1e300);
    expect((await textOf(registry)).match(/^depth\{.*$/gm)).toEqual([
      'depth{at="a"} NaN',
      'depth{at="b"} +Inf',
      'depth{at="c"} -Inf',
      'depth{at="d"} 1e+300',
    ]);
  });

  it("show exemplars in OpenMetrics only, the last one of each bucket", async () => {
    const registry = createRegistry(bare);
    const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1, 2] });
    wait.observe(0.5, { ...trace, spanId: "1111111111111111" });
    wait.observe(0.7, trace);
    wait.observe(9, trace);
    registry.counter({ name: "orders_total", help: "Orders." }).inc(3, trace);
    const shown = readSamples(await textOf(registry, openMetrics)).filter(({ exemplar }) => exemplar !== undefined);
    const ids = `{trace_id="${trace.traceId}",span_id="${trace.spanId}"}`;
    expect(shown.map(({ name, labels, exemplar }) => [name, labels["le"], exemplar?.replace(/ [\d.]+$/, "")])).toEqual([
      ["wait_seconds_bucket", "1", `${ids} 0.7`],
      ["wait_seconds_bucket", "+Inf", `${ids} 9`],
      ["orders_total", undefined, `${ids} 3`],
    ]);
    for (const { exemplar } of shown) expect(Number(exemplar?.split(" ").at(-1)) * 1000).toBeCloseTo(Date.now(), -5);
    expect(await textOf(registry)).not.toContain("trace_id");
  });

  it("cut exemplars of more than 128 characters, and count them", async () => {
    const registry = createRegistry(bare);
    registry
      .counter({ name: "orders_total", help: "Orders." })
      .inc(1, { traceId: "t".repeat(500), spanId: '"\n'.repeat(300) });
    const text = await textOf(registry, openMetrics);
    const [, labels = ""] = /# \{(.*)\} /.exec(text) ?? [];
    const [sample] = readSamples(`x{${labels}} 1`);
    const length = Object.entries(sample?.labels ?? {})
      .flat()
      .join("").length;
    expect(length).toBeGreaterThan(100);
    expect(length).toBeLessThanOrEqual(128);
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "exemplar_cut" })).toBe(1);
  });

  it("say when series began only where that is asked for, and in OpenMetrics", async () => {
    const registry = createRegistry({ ...bare, createdSamples: true });
    registry.counter({ name: "orders_total", help: "Orders." }).inc();
    registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1] }).observe(1);
    const created = readSamples(await textOf(registry, openMetrics)).filter(({ name }) => name.endsWith("_created"));
    expect(created.map(({ name }) => name)).toEqual(["orders_created", "wait_seconds_created"]);
    for (const { value } of created) expect(value * 1000).toBeCloseTo(Date.now(), -5);
    expect(await textOf(registry)).not.toContain("_created");
    expect(await textOf(createRegistry(bare), openMetrics)).not.toContain("_created");
  });
});

describe("observed metrics", () => {
  it("are read at each scrape, and what is not read any more is gone", async () => {
    const registry = createRegistry(bare);
    let queues: readonly string[] = ["a", "b"];
    registry.observed({
      name: "queue_length",
      help: "Length.",
      type: "gauge",
      labels: ["queue"],
      read: () => queues.map((queue, at) => ({ labels: { queue }, value: at })),
    });
    expect(sampleValue(await textOf(registry), "queue_length", { queue: "b" })).toBe(1);
    queues = ["a"];
    expect(sampleValue(await textOf(registry), "queue_length", { queue: "b" })).toBeUndefined();
  });

  it("are left out and counted where reading them throws, and the rest is there", async () => {
    const registry = createRegistry(bare);
    registry.observed({
      name: "broken",
      help: "Broken.",
      type: "gauge",
      read: () => {
        throw new Error("no");
      },
    });
    registry.counter({ name: "orders_total", help: "Orders." }).inc();
    const text = await textOf(registry);
    expect(sampleValue(text, "broken")).toBeUndefined();
    expect(sampleValue(text, "orders_total")).toBe(1);
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "read_failed" })).toBe(1);
  });

  it("are read in one turn of the event loop, however long the page is, so that numbers that belong together agree", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 100_000 });
    let turn = 0;
    const timer = setInterval(() => turn++, 0);
    const read = (): number => turn;
    registry.observed({ name: "first", help: "First.", type: "gauge", read });
    const filling = registry.gauge({ name: "filling", help: "Filling.", labels: ["at"] });
    for (let at = 0; at < 20_000; at++) filling.setFor({ at }, at);
    registry.observed({ name: "last", help: "Last.", type: "gauge", read: () => turn });
    const before = turn;
    const text = await textOf(registry);
    clearInterval(timer);
    expect(turn).toBeGreaterThan(before);
    expect(sampleValue(text, "first")).toBe(sampleValue(text, "last"));
  });

  it("add up what has the same labels, and fold what is beyond the limit", async () => {
    const registry = createRegistry(bare);
    const samples = Array.from({ length: 9 }, (_, at) => ({ labels: { queue: `${at % 5}` }, value: 1 }));
    const options = { name: "seen_total", help: "Seen.", type: "counter", labels: ["queue"], maxSeries: 3 } as const;
    registry.observed({ ...options, read: () => samples });
    const text = await textOf(registry);
    expect(readSamples(text).filter(({ name }) => name === "seen_total")).toMatchObject([
      { labels: { queue: "0" }, value: 2 },
      { labels: { queue: "1" }, value: 2 },
      { labels: { queue: "2" }, value: 2 },
      { labels: { queue: "other" }, value: 3 },
    ]);
  });
});
