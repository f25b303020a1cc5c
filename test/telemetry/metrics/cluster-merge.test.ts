import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMerge } from "../../../packages/telemetry/src/metrics/cluster/merge.ts";
import { pack, unpack } from "../../../packages/telemetry/src/metrics/cluster/messages.ts";
import { toWire, type WireFamily } from "../../../packages/telemetry/src/metrics/cluster/wire.ts";
import { createMeter } from "../../../packages/telemetry/src/metrics/meter.ts";
import type { Family } from "../../../packages/telemetry/src/metrics/storage/family.ts";

/** What one process says, as it arrives at another. */
function told(families: readonly Family[]): readonly WireFamily[] {
  return [...toWire(families)].map((part) => JSON.parse(JSON.stringify(part)));
}

function scalars(families: readonly Family[]): Record<string, number> {
  return Object.fromEntries(
    families.flatMap((family) => {
      if (family.type === "histogram" || family.type === "summary") return [];
      const cursor = family.open();
      const found: [string, number][] = [];
      while (cursor.next()) found.push([`${family.name}{${cursor.labels}}`, cursor.value]);
      return found;
    }),
  );
}

describe("the sum of several processes", () => {
  it("adds counters and histograms, and gauges as they say", () => {
    const merge = createMerge();
    for (const value of [1, 2, 6]) {
      const { meter, families } = createMeter({ maxSeries: 100 });
      meter.counter({ name: "orders_total", help: "x", labels: ["at"] }).add({ at: "a" }, value);
      for (const aggregation of ["sum", "average", "min", "max", "first", "none"] as const)
        meter.gauge({ name: `${aggregation}_of`, help: "x", aggregation }).set(value);
      const wait = meter.histogram({ name: "wait_seconds", help: "x", buckets: [1, 5] });
      wait.observe(value, { traceId: `t${value}`, spanId: "s" });
      for (const part of told(families())) expect(merge.add(part, "all")).toBe(true);
    }
    expect(scalars(merge.families())).toEqual({
      ...{ 'orders_total{at="a"}': 9, "sum_of{}": 9, "average_of{}": 3, "min_of{}": 1, "max_of{}": 6, "first_of{}": 1 },
    });
    const histogram = merge.families().find(({ name }) => name === "wait_seconds");
    if (histogram?.type !== "histogram") return expect.fail("no histogram");
    const cursor = histogram.open();
    cursor.next();
    expect([0, 1, 2].map((at) => cursor.bucket(at))).toEqual([1, 1, 1]);
    expect(cursor.sum).toBe(9);
    expect([0, 1, 2].map((at) => cursor.exemplar(at)?.labels)).toEqual(
      ["t1", "t2", "t6"].map((id) => `trace_id="${id}",span_id="s"`),
    );
  });

  it("takes of a process that is gone only what it has counted", () => {
    const { meter, families } = createMeter({ maxSeries: 100 });
    meter.counter({ name: "orders_total", help: "x" }).inc(5);
    meter.gauge({ name: "depth", help: "x" }).set(5);
    const merge = createMerge();
    for (const part of told(families())) merge.add(part, "counts");
    expect(scalars(merge.families())).toEqual({ "orders_total{}": 5 });
  });

  it("is the same in whatever parts it comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(fc.nat(5_000), fc.double({ min: 0, max: 1e6, noNaN: true })), { maxLength: 50 }), {
          maxLength: 4,
        }),
        (processes) => {
          const expected: Record<string, number> = {};
          const merge = createMerge();
          for (const points of processes) {
            const { meter, families } = createMeter({ maxSeries: 10_000 });
            const counter = meter.counter({ name: "orders_total", help: "x", labels: ["at"] });
            for (const [at, value] of points) {
              counter.add({ at }, value);
              const key = `orders_total{at="${at}"}`;
              expected[key] = (expected[key] ?? 0) + value;
            }
            for (const part of told(families())) merge.add(part, "all");
          }
          const seen = scalars(merge.families());
          expect(Object.keys(seen).sort()).toEqual(Object.keys(expected).sort());
          for (const [key, value] of Object.entries(expected)) expect(seen[key]).toBeCloseTo(value, 3);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("keeps numbers that JSON does not have", () => {
    const { meter, families } = createMeter({ maxSeries: 100 });
    const gauge = meter.gauge({ name: "depth", help: "x", labels: ["at"] });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      gauge.setFor({ at: value }, value);
    const merge = createMerge();
    for (const part of told(families())) merge.add(part, "all");
    expect(Object.values(scalars(merge.families()))).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it("refuses a family that another process has with another type or other buckets", () => {
    const merge = createMerge();
    const first = createMeter({ maxSeries: 100 });
    first.meter.histogram({ name: "wait_seconds", help: "x", buckets: [1] });
    const second = createMeter({ maxSeries: 100 });
    second.meter.histogram({ name: "wait_seconds", help: "x", buckets: [2] });
    expect(told(first.families()).map((part) => merge.add(part, "all"))).toEqual([true]);
    expect(told(second.families()).map((part) => merge.add(part, "all"))).toEqual([false]);
  });

  it("folds series beyond its limit into other, and loses nothing", () => {
    const merge = createMerge(10);
    const { meter, families } = createMeter({ maxSeries: 1_000 });
    const counter = meter.counter({ name: "orders_total", help: "x", labels: ["a", "b"] });
    for (let at = 0; at < 100; at++) counter.add({ a: `"${at}\\`, b: at });
    for (const part of told(families())) merge.add(part, "all");
    const seen = scalars(merge.families());
    expect(Object.keys(seen)).toHaveLength(11);
    expect(seen['orders_total{a="other",b="other"}']).toBe(90);
  });
});

describe("messages of a cluster", () => {
  it("are told apart from the application's, and what is none of ours is left alone", () => {
    expect(unpack(JSON.parse(JSON.stringify(pack({ topic: "tell", id: 3 }))))).toEqual({ topic: "tell", id: 3 });
    for (const foreign of [undefined, null, 7, "x", {}, { type: "x", topic: "tell", id: 1 }])
      expect(unpack(foreign)).toBeUndefined();
    expect(unpack({ ...pack({ topic: "hello" }), topic: "nonsense", id: 1 })).toBeUndefined();
    expect(unpack({ ...pack({ topic: "hello" }), topic: "part", id: 1, part: 7, isLast: true })).toEqual({
      ...{ topic: "part", id: 1, part: undefined, isLast: true },
    });
  });
});
