import type { HrTime } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { groupSpans } from "./group-spans.ts";
import { isInt64 } from "./proto-values.ts";
import { flagsOf } from "./protobuf.ts";

/**
 * Encodes spans as OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Throws where an
 * attribute holds itself.
 */
export function encodeJson(spans: readonly ReadableSpan[]): Uint8Array {
  const resourceSpans = Array.from(groupSpans(spans), ({ resource, scopes }) => ({
    resource: { attributes: attributes(resource.attributes) },
    scopeSpans: Array.from(scopes, ({ scope, spans: own }) => ({
      scope: { name: scope.name, version: scope.version },
      spans: own.map(spanOf),
      schemaUrl: scope.schemaUrl,
    })),
    schemaUrl: resource.schemaUrl,
  }));
  return Buffer.from(JSON.stringify({ resourceSpans }));
}

function spanOf(span: ReadableSpan): object {
  const context = span.spanContext();
  const { parentSpanContext: parent, status } = span;
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: context.traceState?.serialize(),
    parentSpanId: parent?.spanId,
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: attributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(({ time, name, attributes: own, droppedAttributesCount }) => ({
      timeUnixNano: nanoseconds(time),
      name,
      attributes: attributes(own ?? {}),
      droppedAttributesCount: droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context: linked, attributes: own, droppedAttributesCount }) => ({
      traceId: linked.traceId,
      spanId: linked.spanId,
      traceState: linked.traceState?.serialize(),
      attributes: attributes(own ?? {}),
      droppedAttributesCount: droppedAttributesCount ?? 0,
      flags: flagsOf(linked, linked.isRemote === true),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: status.code, message: status.message },
    flags: flagsOf(context, parent?.isRemote === true),
  };
}

function attributes(all: Readonly<Record<string, unknown>>): readonly object[] {
  return Object.entries(all).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      // JSON has no NaN and no Infinity; protobuf's JSON writes them as text.
      if (isInt64(value)) return { intValue: value };
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    case "object":
      if (value === null) return {};
      if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      return { kvlistValue: { values: attributes({ ...value }) } };
    default:
      return {};
  }
}

/** Of 64 bits, so as text. */
function nanoseconds([seconds, rest]: HrTime): string {
  return seconds === 0 ? String(rest) : `${seconds}${String(rest).padStart(9, "0")}`;
}
