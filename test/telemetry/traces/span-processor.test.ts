import { ROOT_CONTEXT } from "@opentelemetry/api";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";
import { createSpans } from "../../../packages/telemetry/src/traces/span-processor.ts";
import type { SpanSender } from "../../../packages/telemetry/src/traces/span-sender.ts";
import { recordReports } from "./reporting.ts";

const settings = { maxSpans: 50, maxBytes: 1e9, batchSpans: 10, delayMs: 5, exportTimeoutMs: 1000 };

function sender(target: string, isAway: () => boolean): SpanSender {
  return {
    target,
    prepare: () => async () => (isAway() ? { kind: "again", why: "ECONNREFUSED" } : { kind: "accepted", rejected: 0 }),
    close: async () => undefined,
  };
}

describe("spans on their way", () => {
  test("beyond what may wait are dropped and counted, said once, and said again to be well", async () => {
    let isAway = true;
    const { reporter, lines } = recordReports();
    const spans = createSpans({ senders: [sender("a", () => isAway)], settings, reporter });
    const tracer = new TracerProvider({ spanProcessors: [spans.processor] }).getTracer("test");
    const end = (count: number): void => {
      for (let index = 0; index < count; index++) tracer.startSpan("x", {}, ROOT_CONTEXT).end();
    };
    end(80);
    expect(spans.counts()).toMatchObject({ ended: 80, queued: 50, dropped: { queue_full: 30 } });
    isAway = false;
    await spans.flush(10_000);
    end(1);
    await spans.flush(10_000);
    expect(spans.counts()).toMatchObject({ ended: 81, exported: 51, queued: 0, dropped: { queue_full: 30 } });
    const said = (text: string): number => lines.filter((line) => line.includes(text)).length;
    expect(said("too many wait")).toBe(1);
    expect(said("spans find room again")).toBe(1);
  });

  test("to two receivers are accounted for at each, and one that is away does not hold up the other", async () => {
    const { reporter } = recordReports();
    const spans = createSpans({ senders: [sender("a", () => false), sender("b", () => true)], settings, reporter });
    const tracer = new TracerProvider({ spanProcessors: [spans.processor] }).getTracer("test");
    for (let index = 0; index < 20; index++) tracer.startSpan("x", {}, ROOT_CONTEXT).end();
    await expect.poll(spans.counts).toMatchObject({ ended: 40, exported: 20, queued: 20 });
    await spans.shutdown(20);
    expect(spans.counts()).toMatchObject({ ended: 40, exported: 20, queued: 0, dropped: { shutdown: 20 } });
  });

  test("that wait when the process ends are counted and reported", () => {
    const { reporter, lines } = recordReports();
    const spans = createSpans({ senders: [sender("a", () => true)], settings, reporter });
    const tracer = new TracerProvider({ spanProcessors: [spans.processor] }).getTracer("test");
    for (let index = 0; index < 3; index++) tracer.startSpan("x", {}, ROOT_CONTEXT).end();
    spans.end();
    expect(spans.counts()).toMatchObject({ ended: 3, queued: 0, dropped: { shutdown: 3 } });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ spans: 3, target: "a" }]);
  });
});
