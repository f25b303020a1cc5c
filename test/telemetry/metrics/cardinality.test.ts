import { describe, expect, it } from "vitest";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { bare, readSamples, sampleValue, textOf } from "./samples.ts";

describe("a metric's label sets", () => {
  it("stop at the limit after a million distinct URLs: the rest is summed up in other, counted, and said once", async () => {
    const said: string[] = [];
    const registry = createRegistry(bare, { begin: (key) => said.push(key), end: () => undefined });
    const requests = registry.counter({ name: "requests_total", help: "Requests.", labels: ["url"] });
    for (let at = 0; at < 1_000_000; at++) requests.add({ url: `/orders/${at}` });
    const text = await textOf(registry);
    const samples = readSamples(text).filter(({ name }) => name === "requests_total");
    expect(samples).toHaveLength(2_001);
    expect(sampleValue(text, "requests_total", { url: "other" })).toBe(998_000);
    expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(1_000_000);
    expect(sampleValue(text, "telemetry_metric_series_limited_total", { metric: "requests_total" })).toBe(998_000);
    expect(said).toEqual(["metrics:limited:requests_total"]);
  });

  it("fold the label with the most values first, so that methods and status codes keep their meaning", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 100 });
    const requests = registry.counter({
      name: "requests_total",
      help: "Requests.",
      labels: ["method", "url", "status"],
    });
    for (let at = 0; at < 1_000; at++)
      requests.add({ method: at % 2 ? "GET" : "POST", url: `/${at}`, status: at % 10 ? 200 : 500 });
    const text = await textOf(registry);
    const failed = readSamples(text).filter(({ labels }) => labels["status"] === "500");
    expect(failed.reduce((sum, { value }) => sum + value, 0)).toBe(100);
    expect(sampleValue(text, "requests_total", { method: "POST", url: "other", status: "500" })).toBe(90);
  });

  it("are bounded also where every label has too many values", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 50 });
    const requests = registry.counter({ name: "requests_total", help: "Requests.", labels: ["a", "b"] });
    for (let at = 0; at < 5_000; at++) requests.add({ a: `${at}`, b: `${at * 7}` });
    const samples = readSamples(await textOf(registry)).filter(({ name }) => name === "requests_total");
    expect(samples.length).toBeLessThanOrEqual(61);
    expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(5_000);
    expect(samples.some(({ labels }) => labels["a"] === "other" && labels["b"] === "other")).toBe(true);
  });

  it("have a limit of their own where the metric says so", async () => {
    const registry = createRegistry(bare);
    const gauge = registry.gauge({ name: "depth", help: "Depth.", labels: ["at"], maxSeries: 2 });
    for (let at = 0; at < 5; at++) gauge.setFor({ at }, at);
    const samples = readSamples(await textOf(registry)).filter(({ name }) => name === "depth");
    expect(samples.map(({ labels }) => labels["at"])).toEqual(["0", "1", "other"]);
  });

  it("keep a bound series in the scrape, whatever comes afterwards", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 5 });
    const requests = registry.counter({ name: "requests_total", help: "Requests.", labels: ["url"] });
    const bound = requests.bind({ url: "/" });
    for (let at = 0; at < 100; at++) requests.add({ url: `/${at}` });
    bound.inc(7);
    expect(sampleValue(await textOf(registry), "requests_total", { url: "/" })).toBe(7);
  });
});

describe("label values", () => {
  const hostile: readonly (readonly [name: string, value: unknown, shown: string])[] = [
    ["undefined", undefined, ""],
    ["null", null, ""],
    ["a number", 200, "200"],
    ["a bigint", 7n, "7"],
    ["a boolean", true, "true"],
    ["a symbol", Symbol("x"), "Symbol(x)"],
    ["an object", { a: 1 }, "[object Object]"],
    ["an object without a prototype", Object.create(null), "unprintable"],
    [
      "an object whose toString throws",
      {
        toString: () => {
          throw new Error("no");
        },
      },
      "unprintable",
    ],
    ["10 kB", "x".repeat(10_240), "x".repeat(256)],
    ["half a surrogate pair", "a\ud83d", "a\ufffd"],
    ["a pair that the cut would halve", `${"x".repeat(255)}😀`, `${"x".repeat(255)}\ufffd`],
    ["NUL and escape", "a\u0000b\u001bc", "a\ufffdb\ufffdc"],
    ["quotes, backslashes and newlines", '"} or vector(1) #\\\n', '"} or vector(1) #\\\n'],
    ["right-to-left text", "\u202eabc", "\u202eabc"],
  ];

  it.each(hostile)("that are %s are written as text and never throw", async (_, value, shown) => {
    const registry = createRegistry(bare);
    const counter = registry.counter({ name: "orders_total", help: "Orders.", labels: ["at", "other_label"] });
    for (let time = 0; time < 3; time++) counter.add({ at: value, other_label: "x" });
    expect(sampleValue(await textOf(registry), "orders_total", { at: shown, other_label: "x" })).toBe(3);
  });

  it("are counted where they had to be repaired, and not where a number is written as text", async () => {
    const registry = createRegistry(bare);
    const counter = registry.counter({ name: "orders_total", help: "Orders.", labels: ["at"] });
    counter.add({ at: 200 });
    counter.add({ at: undefined });
    expect(
      sampleValue(await textOf(registry), "telemetry_metric_faults_total", { fault: "label_value_repaired" }),
    ).toBe(0);
    counter.add({ at: "\ud800" });
    counter.add({ at: "x".repeat(300) });
    counter.add({ at: {} });
    expect(
      sampleValue(await textOf(registry), "telemetry_metric_faults_total", { fault: "label_value_repaired" }),
    ).toBe(3);
  });

  it("are the same series as text and as number", async () => {
    const registry = createRegistry(bare);
    const counter = registry.counter({ name: "orders_total", help: "Orders.", labels: ["status"] });
    for (const status of [200, "200", 200, "200"]) counter.add({ status });
    expect(readSamples(await textOf(registry)).filter(({ name }) => name === "orders_total")).toMatchObject([
      { value: 4 },
    ]);
  });

  it("may be missing, superfluous, or come in something that is no object at all", async () => {
    const registry = createRegistry(bare);
    const counter = registry.counter({ name: "orders_total", help: "Orders.", labels: ["place"] });
    for (const labels of [{}, null, undefined, "text", 7, { place: "x", more: "y" }])
      Reflect.apply(counter.add, counter, [labels]);
    const trap = {
      get place() {
        throw new Error("no");
      },
    };
    counter.add(trap);
    const text = await textOf(registry);
    expect(sampleValue(text, "orders_total", { place: "" })).toBe(6);
    expect(sampleValue(text, "orders_total", { place: "x" })).toBe(1);
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "label_unknown" })).toBeGreaterThan(0);
  });
});
