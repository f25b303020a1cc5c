import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSpanQueue } from "../../../packages/telemetry/src/traces/span-queue.ts";
import { roughBytes } from "../../../packages/telemetry/src/traces/span-size.ts";
import { makeSpans } from "./spans.ts";

const spans = makeSpans(40, { attributes: { text: "x".repeat(100) } });
const [some] = spans;
if (some === undefined) throw new Error("no span");

type Step =
  | { readonly add: number }
  | { readonly settle: number; readonly lost: number; readonly reason: "rejected" | "unencodable" }
  | { readonly close: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ add: fc.integer({ min: 1, max: 15 }) }),
  fc.record({
    settle: fc.integer({ min: 0, max: 20 }),
    lost: fc.integer({ min: -3, max: 25 }),
    reason: fc.constantFrom("rejected" as const, "unencodable" as const),
  }),
  fc.constant({ close: true as const }),
);

describe("the queue of spans", () => {
  test("accounts for each span whatever happens, and never holds more than it may", () => {
    const bounds = { maxSpans: 25, maxBytes: 20 * roughBytes(some) };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createSpanQueue(bounds);
        let added = 0;
        for (const each of steps) {
          if ("add" in each) {
            for (const span of spans.slice(0, each.add)) queue.add(span);
            added += each.add;
          } else if ("settle" in each) queue.settle(each.settle, { dropped: each.lost, reason: each.reason });
          else queue.close();
          const { ended, exported, dropped, queued } = queue.counts();
          const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
          expect(ended).toBe(added);
          expect(ended).toBe(exported + lost + queued);
          expect(Math.min(exported, queued, ...Object.values(dropped))).toBeGreaterThanOrEqual(0);
          expect(queued).toBeLessThanOrEqual(20);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("gives spans in the order in which they came, also after many were settled", () => {
    const queue = createSpanQueue({ maxSpans: 20_000, maxBytes: 1e9 });
    const many = makeSpans(12_000);
    for (const span of many) queue.add(span);
    const seen: string[] = [];
    while (queue.size > 0) {
      const batch = queue.head({ spans: 700, bytes: 1e9 });
      seen.push(...batch.map(({ name }) => name));
      queue.settle(batch.length);
    }
    expect(seen).toEqual(many.map(({ name }) => name));
    expect(queue.counts()).toMatchObject({ exported: 12_000, queued: 0 });
  });

  test("parts a batch by bytes, but gives a single huge span all the same", () => {
    const queue = createSpanQueue({ maxSpans: 100, maxBytes: 1e9 });
    const [huge] = makeSpans(1, { attributes: { text: "x".repeat(10_000) } });
    if (huge === undefined) throw new Error("no span");
    for (const span of [huge, ...spans.slice(0, 3), huge]) queue.add(span);
    expect(queue.head({ spans: 10, bytes: 5000 })).toEqual([huge]);
    queue.settle(1);
    expect(queue.head({ spans: 10, bytes: 5000 })).toHaveLength(3);
  });

  test("takes nothing after its end, and counts what comes", () => {
    const queue = createSpanQueue({ maxSpans: 10, maxBytes: 1e9 });
    for (const span of spans.slice(0, 4)) queue.add(span);
    queue.close();
    expect(queue.add(some)).toBe(false);
    expect(queue.counts()).toMatchObject({ ended: 5, queued: 0, dropped: { shutdown: 5 } });
  });
});
