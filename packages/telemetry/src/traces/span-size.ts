import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

/** Bytes that a span holds in memory, roughly: its texts at one byte a character, and a lump for its objects. */
export function roughBytes(span: ReadableSpan): number {
  let bytes = 500 + span.name.length + ofAttributes(span.attributes);
  for (const event of span.events) bytes += 100 + event.name.length + ofAttributes(event.attributes);
  for (const link of span.links) bytes += 200 + ofAttributes(link.attributes);
  return bytes;
}

function ofAttributes(attributes: Attributes | undefined): number {
  let bytes = 0;
  for (const name in attributes) {
    const value = attributes[name];
    bytes += 16 + name.length;
    if (typeof value === "string") bytes += value.length;
    else if (Array.isArray(value)) for (const each of value) bytes += typeof each === "string" ? 8 + each.length : 8;
  }
  return bytes;
}
