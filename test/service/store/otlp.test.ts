import { TraceFlags } from "@opentelemetry/api";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportResponse, statusMessage } from "../../../src/service/store/otlp/answers.ts";
import { exportTraceServiceRequest } from "../../../src/service/store/otlp/messages.ts";
import { spansOf } from "../../../src/service/store/otlp/spans.ts";
import { decode, WireError } from "../../../src/service/store/otlp/wire.ts";
import { Refusal } from "../../../src/service/store/refusal.ts";

type Exported = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0];

const hex = (digits: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).filter((text) => !/^0+$/.test(text));
const scalar = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.boolean(),
  fc.maxSafeInteger(),
  // Integers beyond these are written in two ways.
  fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
);
const attributes = fc.dictionary(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.oneof(scalar, fc.array(fc.string(), { maxLength: 4 }), fc.array(fc.maxSafeInteger(), { maxLength: 4 })),
  { maxKeys: 6, noNullPrototype: true },
);
const time = fc.tuple(fc.integer({ min: 1, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 }));

const exported: fc.Arbitrary<Exported[number]> = fc
  .record({
    ids: fc.tuple(hex(32), hex(16), fc.option(hex(16), { nil: undefined })),
    name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    kind: fc.integer({ min: 0, max: 4 }),
    start: time,
    end: time,
    attributes,
    resource: attributes,
    status: fc.record({ code: fc.constantFrom(0, 1, 2), message: fc.string() }),
    events: fc.array(fc.record({ name: fc.string(), time, attributes, droppedAttributesCount: fc.nat(3) }), {
      maxLength: 3,
    }),
    links: fc.array(fc.tuple(hex(32), hex(16)), { maxLength: 2 }),
  })
  .map(({ ids: [traceId, spanId, parent], start, end, resource, links, ...span }) => {
    const context = (trace: string, own: string) => ({ traceId: trace, spanId: own, traceFlags: TraceFlags.SAMPLED });
    return {
      ...span,
      ...{ startTime: start, endTime: end, duration: [0, 0], ended: true },
      ...(parent === undefined ? {} : { parentSpanContext: context(traceId, parent) }),
      ...{ spanContext: () => context(traceId, spanId), resource: resourceFromAttributes(resource) },
      links: links.map(([trace, own]) => ({ context: context(trace, own) })),
      instrumentationScope: { name: "tests", version: "1" },
      ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    };
  });

function bytesOf(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error("it did not serialize");
  return bytes;
}

describe("reading OTLP", () => {
  it("gets the same spans from protobuf as from JSON, as OpenTelemetry's own exporters write them", () => {
    fc.assert(
      fc.property(fc.array(exported, { maxLength: 5 }), (spans) => {
        const wire = bytesOf(ProtobufTraceSerializer.serializeRequest(spans));
        const json = bytesOf(JsonTraceSerializer.serializeRequest(spans));
        const fromWire = spansOf(decode(wire, exportTraceServiceRequest), 100);
        const fromJson = spansOf(JSON.parse(Buffer.from(json).toString()), 100);
        expect(fromWire.rejected).toBe(0);
        expect(fromWire.spans).toHaveLength(spans.length);
        expect(fromWire).toEqual(fromJson);
        const ids = (list: readonly string[]): readonly string[] => list.toSorted();
        expect(ids(fromWire.spans.map(({ traceId }) => traceId))).toEqual(
          ids(spans.map((span) => span.spanContext().traceId)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("keeps every part of a span", () => {
    const request = {
      resourceSpans: [
        {
          resource: {
            attributes: [text("service.name", "order"), text("host.name", "web1"), text("os.type", "linux")],
          },
          scopeSpans: [
            {
              scope: { name: "stackwright" },
              spans: [
                {
                  ...{ traceId: "5B8EFFF798038103D269B633813FC60C", spanId: "eee19b7ec3c1b174" },
                  ...{ parentSpanId: "eee19b7ec3c1b173", name: "SELECT orders", kind: "SPAN_KIND_CLIENT" },
                  ...{ startTimeUnixNano: "1763749800000000500", endTimeUnixNano: "1763749800012345678" },
                  attributes: [
                    text("db.system.name", "mysql"),
                    text("db.namespace", "orders"),
                    { key: "big", value: { intValue: "9007199254740993" } },
                    { key: "list", value: { arrayValue: { values: [{ intValue: 1 }, { boolValue: true }] } } },
                    { key: "map", value: { kvlistValue: { values: [text("__proto__", "own")] } } },
                  ],
                  events: [{ timeUnixNano: "1763749800001000000", name: "exception", attributes: [] }],
                  links: [{ traceId: "f".repeat(32), spanId: "e".repeat(16) }],
                  status: { code: 2, message: "deadlock" },
                },
              ],
            },
          ],
        },
      ],
    };
    expect(spansOf(request, 10)).toEqual({
      rejected: 0,
      reason: undefined,
      spans: [
        {
          ...{ traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174", parentId: "eee19b7ec3c1b173" },
          ...{ service: "order", name: "SELECT orders", kind: 3, startUs: 1763749800000000, durationUs: 12345.178 },
          ...{ isError: true, peer: "mysql/orders" },
          details: {
            attributes: {
              ...{ "db.system.name": "mysql", "db.namespace": "orders", big: "9007199254740993", list: [1, true] },
              map: JSON.parse('{"__proto__":"own"}'),
            },
            resource: { "host.name": "web1" },
            scope: "stackwright",
            status_message: "deadlock",
            events: [{ name: "exception", time_us: 1763749800001000, attributes: {} }],
            links: [{ trace_id: "f".repeat(32), span_id: "e".repeat(16) }],
          },
        },
      ],
    });
  });

  it.each([
    ["a trace identifier of zeros", { traceId: "0".repeat(32) }, "traceId"],
    ["a short span identifier", { spanId: "abc" }, "spanId"],
    ["no beginning", { startTimeUnixNano: undefined }, "startTimeUnixNano"],
    ["a beginning that nobody could read back", { startTimeUnixNano: "9200000000000000000" }, "startTimeUnixNano"],
    ["such a one as a number", { startTimeUnixNano: 9.2e18 }, "startTimeUnixNano"],
  ])("leaves out a span with %s, and takes the one beside it", (_what, wrong, reason) => {
    const good = { traceId: "a".repeat(32), spanId: "b".repeat(16), name: "x", startTimeUnixNano: "1000000" };
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...good, ...wrong }, good] }] }] };
    expect(spansOf(request, 10)).toMatchObject({
      rejected: 1,
      reason: expect.stringContaining(reason),
      spans: [{ service: "unknown_service", durationUs: 0 }],
    });
  });

  it("refuses what is no request, and more spans than it takes at once", () => {
    for (const request of [null, [], "x", { resourceSpans: {} }, { resourceSpans: [null] }])
      expect(() => spansOf(request, 10)).toThrow(Refusal);
    const many = { resourceSpans: [{ scopeSpans: [{ spans: [{}, {}, {}] }] }] };
    expect(() => spansOf(many, 2)).toThrow(expect.objectContaining({ status: 413 }));
    expect(spansOf({}, 10).spans).toEqual([]);
  });
});

describe("reading protobuf", () => {
  it("never does anything but read or refuse, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          spansOf(decode(bytes, exportTraceServiceRequest), 100);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses a request that is cut off anywhere but between its parts", () => {
    const [sample] = fc.sample(exported, { numRuns: 1, seed: 7 });
    if (sample === undefined) throw new Error("no sample");
    const whole = bytesOf(ProtobufTraceSerializer.serializeRequest([sample]));
    for (let length = 1; length < whole.length; length++)
      expect(() => decode(whole.subarray(0, length), exportTraceServiceRequest)).toThrow(WireError);
  });

  it("skips fields that it does not know, of every wire type, and those with another wire type", () => {
    const unknown = [
      0xf8, 0x01, 0x05, 0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 0x01, 0x01, 0x41, 0xfd, 0x01, 1, 2, 3, 4,
    ];
    // Field 1 as a number, which should be a message.
    expect(decode(Uint8Array.from([...unknown, 0x08, 0x07]), exportTraceServiceRequest)).toEqual({});
  });

  it.each([
    ["a length beyond the end", [0x0a, 0x7f]],
    ["a length that is too long", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ["a group", [0x0b]],
    ["field 0", [0x02, 0x00]],
  ])("refuses %s", (_what, bytes) => {
    expect(() => decode(Uint8Array.from(bytes), exportTraceServiceRequest)).toThrow(WireError);
  });

  it("refuses messages within messages without end", () => {
    let value: Buffer = Buffer.from([0x10, 0x01]);
    const wrap = (key: number, inner: Buffer): Buffer => {
      const { length } = inner;
      return Buffer.concat([Buffer.from([key, (length & 0x7f) | 0x80, length >> 7]), inner]);
    };
    for (let depth = 0; depth < 40; depth++) value = wrap(0x2a, wrap(0x0a, value));
    const request = wrap(0x0a, wrap(0x0a, wrap(0x0a, wrap(0x12, value))));
    expect(() => decode(request, exportTraceServiceRequest)).toThrow("deep");
  });
});

describe("answering OTLP", () => {
  it("is understood by OpenTelemetry's own readers", () => {
    for (const rejected of [0, 1, 127, 128, 20_000]) {
      const wire = ProtobufTraceSerializer.deserializeResponse(
        Buffer.from(exportResponse("protobuf", rejected, "why ü")),
      );
      const json = JsonTraceSerializer.deserializeResponse(Buffer.from(exportResponse("json", rejected, "why ü")));
      for (const { partialSuccess } of [wire, json]) {
        expect(Number(partialSuccess?.rejectedSpans ?? 0)).toBe(rejected);
        expect(partialSuccess?.errorMessage).toBe(rejected === 0 ? undefined : "why ü");
      }
    }
  });

  it("tells why in a google.rpc.Status", () => {
    expect(statusMessage("json", "why")).toBe('{"message":"why"}');
    expect(statusMessage("protobuf", "why")).toEqual(Buffer.from([0x12, 3, 0x77, 0x68, 0x79]));
  });
});

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}
