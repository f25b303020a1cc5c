import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimNames } from "../../../packages/telemetry/src/metrics/format/claims.ts";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { textOf as labelText } from "../../../packages/telemetry/src/metrics/labels/values.ts";
import type { ScalarFamily } from "../../../packages/telemetry/src/metrics/storage/family.ts";
import { parseTextFormat } from "../../../tools/capture/text-format.ts";
import { bare, openMetrics, readSamples, textOf } from "./samples.ts";

const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom('"} or vector(1) #', "a\\", "\n", "\ud800", "\u2028", "", "other"),
  fc.anything(),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, 1e-7, Number.MAX_VALUE, Number.MIN_VALUE),
);

describe("what is rendered", () => {
  it("reads back as it was recorded, in both formats, whatever labels, help and numbers are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anything, anything, number), { maxLength: 20 }),
        fc.string({ unit: "binary", minLength: 1 }),
        async (points, help) => {
          const registry = createRegistry(bare);
          const gauge = registry.gauge({ name: "depth", help, labels: ["a", "b"] });
          const wait = registry.histogram({ name: "wait_seconds", help, labels: ["a"], buckets: [-1, 0, 0.5, 1e9] });
          const expected = new Map<string, number>();
          for (const [a, b, value] of points) {
            gauge.setFor({ a, b }, value);
            wait.observeFor({ a }, value);
            expected.set(JSON.stringify([labelText(a), labelText(b)]), value);
          }
          const text = await textOf(registry);
          const open = await textOf(registry, openMetrics);
          for (const page of [text, open]) {
            const seen = new Map(
              readSamples(page)
                .filter(({ name }) => name === "depth")
                .map(({ labels, value }) => [JSON.stringify([labels["a"], labels["b"]]), value]),
            );
            expect(seen.size).toBe(expected.size);
            for (const [key, value] of expected)
              expect(Object.is(seen.get(key), value) || seen.get(key) === value).toBe(true);
          }
          expect(open.endsWith("\n# EOF\n")).toBe(true);
          expect(text).not.toContain("# EOF");
          // Another reader, which takes a line separator of Unicode for the end of a line.
          const families = parseTextFormat(text.replaceAll(/[\r\u2028\u2029\u0085]/g, "?"));
          expect(families.get("wait_seconds")?.type ?? "histogram").toBe("histogram");
        },
      ),
      { numRuns: 150 },
    );
  });

  it("has each name once, buckets that only rise, and counts that are the last bucket", async () => {
    const registry = createRegistry(bare);
    const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", labels: ["a"], buckets: [0.1, 1, 10] });
    for (let at = 0; at < 500; at++) wait.observeFor({ a: at % 7 }, (at * 37) % 20);
    for (const accept of [undefined, openMetrics]) {
      const samples = readSamples(await textOf(registry, accept));
      const keys = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
      expect(new Set(keys).size).toBe(keys.length);
      for (let a = 0; a < 7; a++) {
        const own = samples.filter(({ labels }) => labels["a"] === `${a}`);
        const buckets = own.filter(({ name }) => name.endsWith("_bucket")).map(({ value }) => value);
        expect(buckets).toEqual(buckets.toSorted((x, y) => x - y));
        expect(own.find(({ name }) => name.endsWith("_count"))?.value).toBe(buckets.at(-1));
      }
    }
  });

  it("comes in pieces, and the event loop has its turn between them", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 50_000 });
    const gauge = registry.gauge({ name: "depth", help: "Depth.", labels: ["at"] });
    for (let at = 0; at < 50_000; at++) gauge.setFor({ at }, at);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const { pieces, length } = await registry.render();
    isDone = true;
    expect(pieces.length).toBeGreaterThan(10);
    for (const piece of pieces) expect(piece.length).toBeLessThan(80_000);
    expect(length).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0));
    expect(turns).toBeGreaterThanOrEqual(pieces.length);
  });

  it("keeps the buckets of a histogram in step with its count while observations go on", async () => {
    const registry = createRegistry({ ...bare, maxSeries: 5_000 });
    const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", labels: ["at"], buckets: [1, 2, 3] });
    for (let at = 0; at < 3_000; at++) wait.observeFor({ at }, at % 5);
    let isDone = false;
    const load = (): void => {
      for (let at = 0; at < 3_000; at += 7) wait.observeFor({ at }, at % 5);
      if (!isDone) setImmediate(load);
    };
    setImmediate(load);
    const samples = readSamples(await textOf(registry));
    isDone = true;
    const last = new Map(
      samples.filter(({ labels }) => labels["le"] === "+Inf").map((each) => [each.labels["at"], each.value]),
    );
    const counts = samples.filter(({ name }) => name === "wait_seconds_count");
    expect(counts).toHaveLength(3_000);
    for (const { labels, value } of counts) expect(value).toBe(last.get(labels["at"] ?? ""));
  });
});

describe("names of families", () => {
  const family = (name: string, type: ScalarFamily["type"]): ScalarFamily => ({
    ...{ name, type, help: "x", aggregation: "sum" },
    open: () => {
      throw new Error("not opened");
    },
  });
  const histogram = { ...family("wait", "gauge"), type: "histogram", bounds: [1], open: () => expect.fail() } as const;

  it("that clash are told, and the first one is kept, in both formats", () => {
    for (const format of ["text", "openmetrics"] as const) {
      const clashes: string[] = [];
      const all = [family("depth", "gauge"), histogram, family("depth", "counter"), family("wait_count", "gauge")];
      const named = claimNames(all, format, (name) => clashes.push(name));
      expect(named.map(({ head }) => head)).toEqual(["depth", "wait"]);
      expect(clashes).toEqual(["depth", "wait_count"]);
    }
  });

  it("lose the suffix of counters in OpenMetrics, unless that is another family's name", () => {
    const all = [
      family("jobs_total", "counter"),
      family("orders_total", "counter"),
      family("jobs", "gauge"),
      family("hits", "counter"),
    ];
    const named = claimNames(all, "openmetrics", () => expect.fail());
    expect(named.map(({ head, type, sample }) => [head, type, sample])).toEqual([
      ["jobs_total", "unknown", "jobs_total"],
      ["orders", "counter", "orders_total"],
      ["jobs", "gauge", "jobs"],
      ["hits", "counter", "hits_total"],
    ]);
    const inText = claimNames(all, "text", () => expect.fail());
    expect(inText.map(({ head, type }) => [head, type])).toEqual([
      ["jobs_total", "counter"],
      ["orders_total", "counter"],
      ["jobs", "gauge"],
      ["hits", "counter"],
    ]);
  });
});
