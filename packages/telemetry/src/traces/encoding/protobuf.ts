import type { HrTime, Link, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { groupSpans } from "./group-spans.ts";
import { writeAttributes } from "./proto-values.ts";
import { createProtoWriter, type ProtoWriter } from "./proto-writer.ts";

/**
 * Encodes spans as an ExportTraceServiceRequest; numbers of fields are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto. Throws where
 * an attribute holds itself.
 */
export function createProtobufEncoder(): (spans: readonly ReadableSpan[]) => Uint8Array {
  const writer = createProtoWriter();
  return (spans) => {
    try {
      for (const { resource, scopes } of groupSpans(spans)) {
        writer.tag(1, 2);
        const start = writer.begin(3);
        message(writer, 1, () => writeAttributes(writer, 1, resource.attributes));
        for (const { scope, spans: own } of scopes) {
          writer.tag(2, 2);
          const scopeStart = writer.begin(3);
          message(writer, 1, () => {
            text(writer, 1, scope.name);
            text(writer, 2, scope.version);
          });
          for (const span of own) writeSpan(writer, span);
          text(writer, 3, scope.schemaUrl);
          writer.end(scopeStart, 3);
        }
        text(writer, 3, resource.schemaUrl);
        writer.end(start, 3);
      }
    } catch (error) {
      writer.finish();
      throw error;
    }
    return writer.finish();
  };
}

function writeSpan(writer: ProtoWriter, span: ReadableSpan): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  writer.tag(2, 2);
  const start = writer.begin(2);
  ids(writer, context);
  const state = context.traceState?.serialize();
  text(writer, 3, state);
  if (parent !== undefined) {
    writer.tag(4, 2);
    writer.hex(parent.spanId);
  }
  text(writer, 5, span.name);
  // The API counts kinds from 0, the protocol from 1.
  count(writer, 6, span.kind + 1);
  time(writer, 7, span.startTime);
  time(writer, 8, span.endTime);
  writeAttributes(writer, 9, span.attributes);
  count(writer, 10, span.droppedAttributesCount);
  for (const event of span.events)
    message(writer, 11, () => {
      time(writer, 1, event.time);
      text(writer, 2, event.name);
      writeAttributes(writer, 3, event.attributes ?? {});
      count(writer, 4, event.droppedAttributesCount);
    });
  count(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  count(writer, 14, span.droppedLinksCount);
  if (span.status.code !== 0 || span.status.message !== undefined)
    message(writer, 15, () => {
      text(writer, 2, span.status.message);
      count(writer, 3, span.status.code);
    });
  writer.tag(16, 5);
  writer.fixed32(flagsOf(context, parent?.isRemote === true));
  writer.end(start, 2);
}

function writeLink(writer: ProtoWriter, { context, attributes: own, droppedAttributesCount }: Link): void {
  message(writer, 13, () => {
    ids(writer, context);
    text(writer, 3, context.traceState?.serialize());
    writeAttributes(writer, 4, own ?? {});
    count(writer, 5, droppedAttributesCount);
    writer.tag(6, 5);
    writer.fixed32(flagsOf(context, context.isRemote === true));
  });
}

function ids(writer: ProtoWriter, { traceId, spanId }: SpanContext): void {
  writer.tag(1, 2);
  writer.hex(traceId);
  writer.tag(2, 2);
  writer.hex(spanId);
}

/** W3C's flags, and in bits 8 and 9 whether it is known that the parent is of another process, and whether it is. */
export function flagsOf({ traceFlags }: SpanContext, isRemote: boolean): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

function message(writer: ProtoWriter, field: number, write: () => void): void {
  writer.tag(field, 2);
  const start = writer.begin(1);
  write();
  writer.end(start, 1);
}

/** What is empty is left out: to a reader it is the same. */
function text(writer: ProtoWriter, field: number, value: string | undefined): void {
  if (value === undefined || value === "") return;
  writer.tag(field, 2);
  writer.text(value);
}

function count(writer: ProtoWriter, field: number, value: number | undefined): void {
  if (value === undefined || value <= 0) return;
  writer.tag(field, 0);
  writer.varint(value);
}

function time(writer: ProtoWriter, field: number, value: HrTime): void {
  writer.tag(field, 1);
  writer.time(value);
}
