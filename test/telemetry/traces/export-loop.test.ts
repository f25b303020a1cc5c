import { setTimeout as sleep } from "node:timers/promises";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";
import { createExportLoop } from "../../../packages/telemetry/src/traces/export-loop.ts";
import { createSpanQueue } from "../../../packages/telemetry/src/traces/span-queue.ts";
import type { Outcome, SpanSender } from "../../../packages/telemetry/src/traces/span-sender.ts";
import { recordReports } from "./reporting.ts";
import { makeSpans } from "./spans.ts";

/** A sender that answers as it is told, then accepts. */
function scripted(script: readonly (Outcome | "hang" | "throw" | "unencodable")[]) {
  const answers = [...script];
  const batches: (readonly ReadableSpan[])[] = [];
  let running = 0;
  let most = 0;
  const sender: SpanSender = {
    target: "http://collector",
    prepare(spans) {
      if (answers[0] === "unencodable" && answers.shift()) throw new TypeError("cyclic");
      return async (signal) => {
        most = Math.max(most, ++running);
        batches.push(spans);
        try {
          const answer = answers.shift();
          if (answer === "throw") throw new Error("an exporter that breaks its promise");
          if (answer === "hang") {
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
            return { kind: "again", why: "timeout" };
          }
          await sleep(0);
          return answer === undefined || answer === "unencodable" ? { kind: "accepted", rejected: 0 } : answer;
        } finally {
          running--;
        }
      };
    },
    close: async () => undefined,
  };
  return { sender, batches, most: () => most };
}

function loopOf(
  sender: SpanSender,
  settings: { readonly exportTimeoutMs?: number; readonly batchSpans?: number } = {},
) {
  const queue = createSpanQueue({ maxSpans: 20_000, maxBytes: 1e9 });
  const { reporter, lines } = recordReports();
  const loop = createExportLoop({
    queue,
    sender,
    settings: { maxSpans: 20_000, maxBytes: 1e9, batchSpans: 256, delayMs: 5, exportTimeoutMs: 1000, ...settings },
    reporter,
    backoff: { firstMs: 2, longestMs: 10 },
    random: () => 1,
  });
  const end = (spans: readonly ReadableSpan[]): void => {
    for (const span of spans) if (queue.add(span)) loop.wake();
  };
  return { queue, loop, lines, end };
}

const again: Outcome = { kind: "again", why: "HTTP 503" };

describe("the export of spans", () => {
  test("exports 10,000 spans that end in one tick whole, one request at a time", async () => {
    const { sender, batches, most } = scripted([]);
    const { queue, loop, end } = loopOf(sender);
    const spans = makeSpans(10_000);
    end(spans);
    expect(queue.counts()).toMatchObject({ ended: 10_000, queued: 10_000 });
    await loop.flush(10_000);
    expect(queue.counts()).toMatchObject({ ended: 10_000, exported: 10_000, queued: 0 });
    expect(batches.flat()).toEqual(spans);
    expect(most()).toBe(1);
  });

  test("sends a lonely span by itself after the delay", async () => {
    const { sender } = scripted([]);
    const { queue, end } = loopOf(sender);
    end(makeSpans(1));
    await expect.poll(() => queue.counts().exported).toBe(1);
  });

  test("keeps spans while the receiver is away, sends them again, and says so once", async () => {
    const { sender, batches } = scripted([again, again, "throw", again]);
    const { queue, loop, lines, end } = loopOf(sender);
    end(makeSpans(3));
    await loop.flush(5000);
    expect(queue.counts()).toMatchObject({ exported: 3, queued: 0 });
    expect(batches).toHaveLength(5);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { message: "spans cannot be exported; they wait and are sent again", reason: "HTTP 503" },
      { message: "spans are exported again", "event.count": 4 },
    ]);
  });

  test("waits as long as the receiver asks for", async () => {
    const { sender, batches } = scripted([{ ...again, afterMs: 150 }]);
    const { queue, end } = loopOf(sender);
    const start = performance.now();
    end(makeSpans(1));
    await expect.poll(() => batches.length).toBe(1);
    await expect.poll(() => queue.counts().exported, { interval: 5 }).toBe(1);
    expect(performance.now() - start).toBeGreaterThan(100);
  });

  test("drops what is refused, says so once, and goes on with the next", async () => {
    const refused: Outcome = { kind: "refused", why: "HTTP 400" };
    const { sender } = scripted([refused, refused]);
    const { queue, loop, lines, end } = loopOf(sender, { batchSpans: 10 });
    end(makeSpans(30));
    await loop.flush(5000);
    expect(queue.counts()).toMatchObject({ ended: 30, exported: 10, dropped: { rejected: 20 }, queued: 0 });
    expect(lines.filter((line) => line.includes("refused"))).toHaveLength(1);
  });

  test("counts what a receiver leaves out of a request that it accepts", async () => {
    const { sender } = scripted([{ kind: "accepted", rejected: 4 }]);
    const { queue, loop, end } = loopOf(sender);
    end(makeSpans(10));
    await loop.flush(5000);
    expect(queue.counts()).toMatchObject({ exported: 6, dropped: { rejected: 4 } });
  });

  test("halves what is too large down to the span that is", async () => {
    const large: Outcome = { kind: "too_large" };
    const { sender, batches } = scripted([large, { kind: "accepted", rejected: 0 }, large, large]);
    const { queue, loop, end } = loopOf(sender);
    end(makeSpans(4));
    await loop.flush(5000);
    expect(batches.map(({ length }) => length)).toEqual([4, 2, 2, 1, 1]);
    expect(queue.counts()).toMatchObject({ exported: 3, dropped: { rejected: 1 }, queued: 0 });
  });

  test("finds the one span that cannot be encoded", async () => {
    const { sender } = scripted(["unencodable", "unencodable"]);
    const { queue, loop, end } = loopOf(sender);
    end(makeSpans(2));
    await loop.flush(5000);
    expect(queue.counts()).toMatchObject({ exported: 1, dropped: { unencodable: 1 }, queued: 0 });
  });

  test("gives up an attempt that hangs, and tries again", async () => {
    const { sender, batches } = scripted(["hang"]);
    const { queue, loop, end } = loopOf(sender, { exportTimeoutMs: 30 });
    end(makeSpans(1));
    await loop.flush(5000);
    expect(batches).toHaveLength(2);
    expect(queue.counts().exported).toBe(1);
  });

  test("flush gives up waiting at its deadline and loses nothing", async () => {
    const { sender } = scripted(["hang"]);
    const { queue, loop, end } = loopOf(sender);
    end(makeSpans(2));
    const start = performance.now();
    await loop.flush(50);
    expect(performance.now() - start).toBeLessThan(900);
    expect(queue.counts()).toMatchObject({ queued: 2 });
    await loop.shutdown(10);
  });

  test("shutdown keeps its deadline though the receiver hangs, and counts what is lost", async () => {
    const { sender } = scripted(["hang"]);
    const { queue, loop, lines, end } = loopOf(sender, { exportTimeoutMs: 60_000 });
    end(makeSpans(5));
    const start = performance.now();
    await loop.shutdown(60);
    expect(performance.now() - start).toBeLessThan(2000);
    end(makeSpans(1));
    expect(queue.counts()).toMatchObject({ ended: 6, exported: 0, dropped: { shutdown: 6 }, queued: 0 });
    expect(lines.some((line) => line.includes("before the end"))).toBe(true);
  });

  test("shutdown does not wait for a receiver that refuses connections", async () => {
    const { sender, batches } = scripted(Array.from({ length: 50 }, () => again));
    const { queue, loop, end } = loopOf(sender);
    end(makeSpans(5));
    await loop.shutdown(60_000);
    expect(batches.length).toBeLessThan(10);
    expect(queue.counts()).toMatchObject({ dropped: { shutdown: 5 }, queued: 0 });
  });
});
