import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { TraceState } from "@opentelemetry/core";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeJson } from "../../../packages/telemetry/src/traces/encoding/json.ts";
import { rejectedSpans } from "../../../packages/telemetry/src/traces/encoding/partial-success.ts";
import { createProtobufEncoder } from "../../../packages/telemetry/src/traces/encoding/protobuf.ts";
import { makeSpans, remoteParent } from "./spans.ts";

const simple = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("", "ü", "\ud800", "x".repeat(127), "x".repeat(128), "日本".repeat(50), "a".repeat(20_000)),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
);
const anyValue = fc.oneof(
  simple,
  fc.array(simple, { maxLength: 5 }),
  fc.dictionary(fc.string(), simple, { maxKeys: 4 }),
);
const attributes = fc.dictionary(fc.string({ minLength: 1, maxLength: 70 }), anyValue, { maxKeys: 12 });

const spans = fc
  .array(
    fc.record({
      scope: fc.constantFrom("a", "b"),
      name: fc.string({ maxLength: 200 }),
      kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CONSUMER),
      attributes,
      event: fc.option(attributes),
      link: fc.option(attributes),
      failed: fc.option(fc.string()),
      remote: fc.boolean(),
      state: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => {
    const ended: ReadableSpan[] = [];
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": "ä", list: ["a", "b"] }),
      spanProcessors: [
        {
          onStart: () => undefined,
          onEnd: (span) => ended.push(span),
          forceFlush: async () => undefined,
          shutdown: async () => undefined,
        },
      ],
    });
    const linked = {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      traceFlags: TraceFlags.SAMPLED,
      traceState: new TraceState("a=b,c=d"),
    };
    for (const each of all) {
      const remote = remoteParent(linked.traceId, true);
      const parent = each.state ? trace.setSpanContext(ROOT_CONTEXT, linked) : each.remote ? remote : ROOT_CONTEXT;
      const span = provider.getTracer(each.scope, "1.2").startSpan(each.name, { kind: each.kind }, parent);
      // Past the SDK, which would leave half of this out.
      Object.assign("attributes" in span ? (span.attributes ?? {}) : {}, each.attributes);
      if (each.event !== null) span.addEvent("happened", each.event);
      if (each.link !== null) span.addLink({ context: linked, attributes: each.link });
      if (each.failed !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: each.failed });
      span.end();
    }
    return ended;
  });

describe("spans in OTLP", () => {
  test("are in protobuf what OpenTelemetry's own serializer writes, but for fields that are empty", () => {
    const encode = createProtobufEncoder();
    fc.assert(
      fc.property(spans, (all) => {
        const theirs = ProtobufTraceSerializer.serializeRequest([...all]);
        expect(read(encode(all))).toEqual(read(theirs ?? new Uint8Array()));
      }),
      { numRuns: 60 },
    );
  });

  test("are in JSON what OpenTelemetry's own serializer writes", () => {
    fc.assert(
      fc.property(spans, (all) => {
        const theirs = JsonTraceSerializer.serializeRequest([...all]);
        expect(withoutEmpty(JSON.parse(String(Buffer.from(encodeJson(all)))))).toEqual(
          withoutEmpty(JSON.parse(String(Buffer.from(theirs ?? [])))),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("survive strange values: what has no form is an empty value, what holds itself is an error once", () => {
    const encode = createProtobufEncoder();
    const [strange, cyclic] = makeSpans(2);
    if (strange === undefined || cyclic === undefined) throw new Error("no spans");
    const values = { nothing: undefined, none: null, big: 10n, fn: () => 1, nan: Number.NaN, far: 1e300 };
    Object.assign(strange.attributes, values);
    Object.assign(cyclic.attributes, { self: cyclic.attributes });
    const good = encode(makeSpans(0));
    expect(() => encode([cyclic])).toThrow(RangeError);
    expect(() => encodeJson([cyclic])).toThrow(RangeError);
    expect(encode(makeSpans(0))).toEqual(good);
    expect(encode([strange]).length).toBeGreaterThan(50);
    expect(String(Buffer.from(encodeJson([strange])))).toContain('"doubleValue":"NaN"');
  });

  test("a batch of megabytes is whole, and the next one is not mixed with it", () => {
    const encode = createProtobufEncoder();
    const large = makeSpans(300, { attributes: { text: "ö".repeat(9000) } });
    const small = makeSpans(2);
    for (const all of [large, small])
      expect(read(encode(all))).toEqual(read(ProtobufTraceSerializer.serializeRequest([...all]) ?? new Uint8Array()));
  });
});

describe("the number of spans that a receiver left out", () => {
  test("is 0 where the answer is nonsense, of either sort and whatever its bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, isJson) => {
        const count = rejectedSpans(bytes, isJson);
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      }),
    );
    expect(rejectedSpans(Buffer.from([0x0a, 0x05, 0x08, 0x02]), false)).toBe(0);
  });

  test("is read past fields that are not known", () => {
    const body = [0x10, 0x01, 0x0a, 0x09, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x08, 0x96, 0x01];
    body[3] = body.length - 4;
    expect(rejectedSpans(Uint8Array.from(body), false)).toBe(150);
  });
});

/** Messages of OTLP: what is in a field that is a message. */
const schema: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  request: { 1: "resourceSpans" },
  resourceSpans: { 1: "resource", 2: "scopeSpans" },
  resource: { 1: "keyValue" },
  scopeSpans: { 1: "scope", 2: "span" },
  scope: { 3: "keyValue" },
  span: { 9: "keyValue", 11: "event", 13: "link", 15: "status" },
  event: { 3: "keyValue" },
  link: { 4: "keyValue" },
  status: {},
  keyValue: { 2: "value" },
  value: { 5: "list", 6: "map" },
  list: { 1: "value" },
  map: { 1: "keyValue" },
};

/** Fields of a message in their order, without those that are 0 or empty; in a value these mean something. */
function read(bytes: Uint8Array, message = "request"): unknown {
  const fields: unknown[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error("no varint");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, wire] = [tag >> 3, tag % 8];
    if (wire === 0) {
      const value = varint();
      if (value !== 0n || message === "value") fields.push([field, value]);
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
    if (at + length > bytes.length) throw new Error("too short");
    const content = bytes.subarray(at, at + length);
    at += length;
    const inner = schema[message]?.[field];
    const value = inner === undefined ? Buffer.from(content).toString("hex") : read(content, inner);
    if (length > 0 || message === "value" || message === "list") fields.push([field, value]);
  }
  return fields.filter((field) => !(Array.isArray(field) && message === "span" && String(field[1]) === ""));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]): [string, unknown] => [name, withoutEmpty(each)])
      .filter(([name, each]) => !(name.startsWith("dropped") && each === 0)),
  );
}
