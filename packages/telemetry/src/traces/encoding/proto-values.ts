import type { ProtoWriter } from "./proto-writer.ts";

/** Whether OTLP has it as a whole number. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** Repeated key and value. */
export function writeAttributes(writer: ProtoWriter, field: number, all: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(all)) keyValue(writer, field, name, all[name]);
}

function keyValue(writer: ProtoWriter, field: number, name: string, value: unknown): void {
  writer.tag(field, 2);
  const start = writer.begin(1);
  writer.tag(1, 2);
  writer.text(name);
  writer.tag(2, 2);
  anyValue(writer, value);
  writer.end(start, 1);
}

/** Length and content of an AnyValue; what has no form there becomes an empty one. */
function anyValue(writer: ProtoWriter, value: unknown): void {
  const start = writer.begin(1);
  if (typeof value === "string") {
    writer.tag(1, 2);
    writer.text(value);
  } else if (typeof value === "boolean") {
    writer.tag(2, 0);
    writer.varint(value ? 1 : 0);
  } else if (typeof value === "number") {
    if (isInt64(value)) {
      writer.tag(3, 0);
      writer.int64(value);
    } else {
      writer.tag(4, 1);
      writer.double(value);
    }
  } else if (value instanceof Uint8Array) {
    writer.tag(7, 2);
    writer.bytes(value);
  } else if (Array.isArray(value)) {
    writer.tag(5, 2);
    const list = writer.begin(1);
    for (const each of value) {
      writer.tag(1, 2);
      anyValue(writer, each);
    }
    writer.end(list, 1);
  } else if (typeof value === "object" && value !== null) {
    writer.tag(6, 2);
    const map = writer.begin(1);
    for (const [name, each] of Object.entries(value)) keyValue(writer, 1, name, each);
    writer.end(map, 1);
  }
  writer.end(start, 1);
}
