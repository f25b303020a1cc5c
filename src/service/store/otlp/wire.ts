/**
 * Reads protobuf's wire format by a table, for the few messages that are taken in. Unknown fields, and known ones with
 * another wire type, are skipped, as every reader of protobuf does; groups, which OTLP never had, are refused.
 * https://protobuf.dev/programming-guides/encoding/
 */

import { Refusal } from "../refusal.ts";

/** What a field holds. `hex` is bytes that people write as hexadecimal digits: identifiers. */
export type FieldType = "string" | "hex" | "base64" | "double" | "bool" | "int64" | "int32" | "fixed64" | "fixed32";

export interface Field {
  readonly name: string;
  readonly type: FieldType | (() => Shape);
  readonly repeated?: true;
}

/** Fields of a message by their numbers. */
export type Shape = Readonly<Record<number, Field>>;

/** A message as it would be after JSON: names as in OTLP/JSON, 64-bit integers as bigint. */
export type Message = { [name: string]: Value };
export type Value = string | number | boolean | bigint | Message | Value[];

/** The bytes are no such message; the text says why. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Deeper ones are nobody's. */
const maxDepth = 24;
/** Messages within one; an empty one takes two bytes and a hundred in memory. */
export const maxMessages = 1_000_000;

/** Throws `WireError`, and `Refusal` where it is too much. */
export function decode(bytes: Uint8Array, shape: Shape): Message {
  const reader = new Reader(bytes);
  return reader.message(shape, bytes.length, 0);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #messages = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(shape: Shape, end: number, depth: number): Message {
    if (depth > maxDepth) throw new WireError(`messages within messages, more than ${maxDepth} deep`);
    if (++this.#messages > maxMessages) throw new Refusal(413, `more than ${maxMessages} messages in one request`);
    const message: Message = {};
    while (this.#at < end) {
      const key = this.#varint32(end);
      const [number, wire] = [key >>> 3, key & 7];
      if (number === 0) throw new WireError(`field 0 at byte ${this.#at}`);
      const field = shape[number];
      const value = field === undefined ? undefined : this.#value(field.type, wire, { end, depth });
      if (field === undefined || value === undefined) {
        this.#skip(wire, end);
        continue;
      }
      if (field.repeated !== true) {
        message[field.name] = value;
        continue;
      }
      const list = message[field.name];
      if (Array.isArray(list)) list.push(value);
      else message[field.name] = [value];
    }
    return message;
  }

  /** Undefined, with nothing read, where the wire type is not the field's. */
  #value(type: Field["type"], wire: number, { end, depth }: { end: number; depth: number }): Value | undefined {
    switch (type) {
      case "string":
      case "hex":
      case "base64": {
        if (wire !== 2) return undefined;
        const stop = this.#length(end);
        const text = this.#bytes.toString(type === "string" ? "utf8" : type, this.#at, stop);
        this.#at = stop;
        return text;
      }
      case "double":
        return wire === 1 ? this.#bytes.readDoubleLE(this.#advance(8, end)) : undefined;
      case "fixed64":
        return wire === 1 ? this.#bytes.readBigUInt64LE(this.#advance(8, end)) : undefined;
      case "fixed32":
        return wire === 5 ? this.#bytes.readUInt32LE(this.#advance(4, end)) : undefined;
      case "int64":
        return wire === 0 ? BigInt.asIntN(64, this.#varint(end)) : undefined;
      case "int32":
        return wire === 0 ? Number(BigInt.asIntN(32, this.#varint(end))) : undefined;
      case "bool":
        return wire === 0 ? this.#varint(end) !== 0n : undefined;
      default: {
        if (wire !== 2) return undefined;
        const stop = this.#length(end);
        return this.message(type(), stop, depth + 1);
      }
    }
  }

  #skip(wire: number, end: number): void {
    if (wire === 0) this.#varint(end);
    else if (wire === 1) this.#advance(8, end);
    else if (wire === 2) this.#at = this.#length(end);
    else if (wire === 5) this.#advance(4, end);
    else throw new WireError(`wire type ${wire} at byte ${this.#at}`);
  }

  /** Where the bytes that follow end. */
  #length(end: number): number {
    const length = this.#varint32(end);
    if (length > end - this.#at) throw new WireError(`${length} bytes announced at byte ${this.#at}, fewer are there`);
    return this.#at + length;
  }

  /** The place before the bytes that are taken. */
  #advance(bytes: number, end: number): number {
    if (bytes > end - this.#at) throw new WireError(`cut off at byte ${end}`);
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  #byte(end: number): number {
    const byte = this.#at < end ? this.#bytes[this.#at++] : undefined;
    if (byte === undefined) throw new WireError(`cut off at byte ${end}`);
    return byte;
  }

  /** Keys and lengths; also a fast way for small numbers. */
  #varint32(end: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte(end);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new WireError(`a number that is too long at byte ${this.#at}`);
  }

  #varint(end: number): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte(end);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError(`a number that is too long at byte ${this.#at}`);
  }
}
