import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";
import { createKeptErrors, type KeptErrorsBounds } from "../../../packages/telemetry/src/traces/kept-errors.ts";
import { createSampler } from "../../../packages/telemetry/src/traces/trace-sampler.ts";
import { remoteParent } from "./spans.ts";

/** A process whose ratio leaves every trace out. */
function processAtRatioZero(bounds?: KeptErrorsBounds) {
  const kept: ReadableSpan[] = [];
  const errors = createKeptErrors((span) => kept.push(span), bounds);
  const provider = new TracerProvider({
    sampler: createSampler({ kind: "ratio", ratio: 0, parentBased: true, keepErrors: true }, errors.has),
    spanProcessors: [
      {
        onStart: errors.start,
        onEnd: errors.end,
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const tracer = provider.getTracer("test");
  const start = (name: string, parent: Span | Context = ROOT_CONTEXT): Span =>
    tracer.startSpan(name, {}, "spanContext" in parent ? trace.setSpan(ROOT_CONTEXT, parent) : parent);
  return { start, names: () => kept.map(({ name }) => name), kept, errors };
}

function fail(span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("errors at ratio sampling", () => {
  test("are kept with all that this process did for them", () => {
    const { start, names, errors } = processAtRatioZero();
    const root = start("GET /orders");
    const query = start("SELECT", root);
    start("parse", query).end();
    query.end();
    start("GET", root).end();
    expect(names()).toEqual([]);
    fail(root);
    expect(names().toSorted()).toEqual(["GET", "GET /orders", "SELECT", "parse"]);
    expect(errors.has(root.spanContext().traceId)).toBe(false);
  });

  test("leave nothing behind where the request went well", () => {
    const { start, names, errors } = processAtRatioZero();
    const root = start("GET /orders");
    fail(start("SELECT", root));
    root.end();
    expect(names()).toEqual([]);
    expect(errors.has(root.spanContext().traceId)).toBe(false);
  });

  test("do not set the sampled flag, so that others decide for themselves", () => {
    const { start } = processAtRatioZero();
    const root = start("GET /orders", remoteParent(traceId, false));
    expect(root.isRecording()).toBe(true);
    expect(root.spanContext()).toMatchObject({ traceId, traceFlags: TraceFlags.NONE });
  });

  test("take along a call that ends after the request that gave it up", () => {
    const { start, names, errors } = processAtRatioZero();
    const root = start("GET /slow");
    const call = start("GET", root);
    fail(root);
    call.end();
    expect(names()).toEqual(["GET /slow", "GET"]);
    expect(errors.has(root.spanContext().traceId)).toBe(false);
  });

  test("are kept with other requests of the same trace in this process", () => {
    const { start, names } = processAtRatioZero();
    const first = start("first", remoteParent(traceId, false));
    const second = start("second", remoteParent(traceId, false));
    first.end();
    fail(second);
    expect(names()).toEqual(["first", "second"]);
  });

  test("a child of a request that is over is not recorded", () => {
    const { start, names } = processAtRatioZero();
    const root = start("GET /");
    root.end();
    const late = start("late", root);
    expect(late.isRecording()).toBe(false);
    fail(late);
    expect(names()).toEqual([]);
  });

  test("say how many spans of a large trace were left out", () => {
    const { start, kept } = processAtRatioZero({ traces: 10, spansOfTrace: 3, bytes: 1e6 });
    const root = start("GET /");
    for (let index = 0; index < 5; index++) start(`child ${index}`, root).end();
    fail(root);
    expect(kept.map(({ name }) => name)).toEqual(["child 0", "child 1", "child 2", "GET /"]);
    expect(kept.at(-1)?.attributes).toMatchObject({ "telemetry.spans_left_out": 2 });
  });

  test("give way, the oldest first, where too many requests run at once", () => {
    const { start, names } = processAtRatioZero({ traces: 2, spansOfTrace: 10, bytes: 1e6 });
    const roots = [1, 2, 3].map((number) => start(`request ${number}`));
    for (const root of roots) fail(root);
    expect(names()).toEqual(["request 2", "request 3"]);
  });

  test("give way where they hold too many bytes, and those that went well give their room back", () => {
    const { start, names } = processAtRatioZero({ traces: 100, spansOfTrace: 10, bytes: 3000 });
    for (let index = 0; index < 50; index++) {
      const well = start("well");
      start("child", well).end();
      well.end();
    }
    const large = start("large");
    for (let index = 0; index < 8; index++) start(`child ${index}`, large).end();
    fail(large);
    expect(names()).toEqual([]);
    const small = start("small");
    fail(small);
    expect(names()).toEqual(["small"]);
  });
});

describe("the sampler", () => {
  const on = { kind: "always_on", ratio: 1, keepErrors: true } as const;
  const decide = (settings: Parameters<typeof createSampler>[0], parent: Context, id = traceId): number =>
    createSampler(settings, () => false).shouldSample(parent, id, "GET", 1, {}, []).decision;

  test.each([
    [{ ...on, parentBased: true }, remoteParent(traceId, false), 0],
    [{ ...on, parentBased: false }, remoteParent(traceId, false), 2],
    [{ ...on, parentBased: true }, ROOT_CONTEXT, 2],
    [{ ...on, kind: "always_off", parentBased: true }, remoteParent(traceId, true), 2],
    [{ ...on, kind: "always_off", parentBased: false }, remoteParent(traceId, true), 0],
    [{ ...on, kind: "always_off", parentBased: true }, ROOT_CONTEXT, 0],
    [{ kind: "ratio", ratio: 0, keepErrors: false, parentBased: true }, ROOT_CONTEXT, 0],
    [{ kind: "ratio", ratio: 0, keepErrors: true, parentBased: true }, ROOT_CONTEXT, 1],
    [{ kind: "ratio", ratio: 0, keepErrors: true, parentBased: true }, remoteParent(traceId, true), 2],
    [{ kind: "ratio", ratio: 0, keepErrors: true, parentBased: false }, remoteParent(traceId, true), 1],
    [{ kind: "ratio", ratio: 1, keepErrors: true, parentBased: true }, ROOT_CONTEXT, 2],
  ] as const)("decides by %o", (settings, parent, decision) => {
    expect(decide(settings, parent)).toBe(decision);
  });

  test("takes its share of the traces, the same ones in every process", () => {
    const settings = { kind: "ratio", ratio: 0.1, keepErrors: false, parentBased: true } as const;
    const ids = Array.from({ length: 5000 }, (_, index) => (index * 2654435761 + 1).toString(16).padStart(32, "0"));
    const sampled = ids.filter((id) => decide(settings, ROOT_CONTEXT, id) === 2);
    expect(sampled.length).toBeGreaterThan(350);
    expect(sampled.length).toBeLessThan(650);
    expect(ids.filter((id) => decide({ ...settings }, ROOT_CONTEXT, id) === 2)).toEqual(sampled);
  });
});
