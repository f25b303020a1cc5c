/**
 * Writes the wire format of protobuf, https://protobuf.dev/programming-guides/encoding/, into one buffer that grows.
 * Lengths are written as short as they go, after the content: `begin` leaves room for the usual length, and `end` moves
 * the content where that was wrong.
 */
export interface ProtoWriter {
  /** Field number and wire type, up to field 15. */
  tag(field: number, wire: 0 | 1 | 2 | 5): void;
  /** Whole and not negative, up to 2^53. */
  varint(value: number): void;
  /** Any whole number of 64 bits. */
  int64(value: number): void;
  double(value: number): void;
  fixed32(value: number): void;
  /** Seconds and nanoseconds since 1970 as nanoseconds. */
  time(time: readonly [number, number]): void;
  /** Length and content. */
  text(value: string): void;
  bytes(value: Uint8Array): void;
  /** Length and content of hexadecimal digits. */
  hex(digits: string): void;
  /** Begins a message within: `room` bytes are left for its length. Returns what `end` wants. */
  begin(room: number): number;
  end(start: number, room: number): void;
  /** A copy of all that was written; begins anew. */
  finish(): Buffer;
}

const firstSize = 64 * 1024;
/** A larger buffer is given back: one huge batch must not cost memory for ever. */
const keptSize = 1024 * 1024;
/** Longer texts are faster by the runtime's own encoder. */
const shortText = 48;
const twoTo32 = 2 ** 32;

export function createProtoWriter(): ProtoWriter {
  let buffer = Buffer.allocUnsafe(firstSize);
  let at = 0;
  const reserve = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };
  const varint = (value: number): void => {
    reserve(10);
    let rest = value;
    if (rest < 128) {
      buffer[at++] = rest;
      return;
    }
    while (rest > 0x7f) {
      buffer[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    buffer[at++] = rest;
  };
  const end = (start: number, room: number): void => {
    const length = at - start - room;
    if (room === 1 && length < 128) {
      buffer[start] = length;
      return;
    }
    const needed = bytesOfVarint(length);
    if (needed !== room) {
      reserve(needed);
      buffer.copyWithin(start + needed, start + room, at);
    }
    at = start;
    varint(length);
    at = start + needed + length;
  };
  const begin = (room: number): number => {
    reserve(room);
    const start = at;
    at += room;
    return start;
  };
  /** The lower 32 bits; room is there. */
  const word = (value: number): void => {
    const bits = (value % twoTo32) | 0;
    buffer[at++] = bits & 0xff;
    buffer[at++] = (bits >>> 8) & 0xff;
    buffer[at++] = (bits >>> 16) & 0xff;
    buffer[at++] = bits >>> 24;
  };
  /** False where a character is none of ASCII's: then nothing is written. */
  const asciiText = (value: string): boolean => {
    const { length } = value;
    reserve(length + 1);
    // Locals are faster than what the functions here share.
    const target = buffer;
    let place = at;
    target[place++] = length;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      target[place++] = code;
    }
    at = place;
    return true;
  };
  return {
    tag(field, wire) {
      reserve(1);
      if (field < 16) buffer[at++] = (field << 3) | wire;
      else varint(field * 8 + wire);
    },
    varint,
    int64(value) {
      if (value >= 0) varint(value);
      else {
        reserve(10);
        let rest = BigInt.asUintN(64, BigInt(value));
        while (rest > 0x7fn) {
          buffer[at++] = Number(rest & 0x7fn) | 0x80;
          rest >>= 7n;
        }
        buffer[at++] = Number(rest);
      }
    },
    double(value) {
      reserve(8);
      at = buffer.writeDoubleLE(value, at);
    },
    fixed32(value) {
      reserve(4);
      word(value);
    },
    time([seconds, nanoseconds]) {
      reserve(8);
      // Nanoseconds since 1970 do not fit into a double: the upper and the lower 16 bits of the seconds go separately.
      const upper = Math.floor(seconds / 65536) * 1e9;
      const lower = (seconds % 65536) * 1e9 + nanoseconds;
      const low = (upper % 65536) * 65536 + (lower % twoTo32);
      word(low);
      word(Math.floor(upper / 65536) + Math.floor(lower / twoTo32) + Math.floor(low / twoTo32));
    },
    text(value) {
      if (value.length <= shortText && asciiText(value)) return;
      const room = bytesOfVarint(value.length);
      const start = begin(room);
      reserve(value.length * 3);
      at += buffer.write(value, at, "utf8");
      end(start, room);
    },
    bytes(value) {
      varint(value.length);
      reserve(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    hex(digits) {
      const length = digits.length >> 1;
      varint(length);
      reserve(length);
      const target = buffer;
      const start = at;
      for (let index = 0; index < length; index++)
        target[start + index] = (nibble(digits.charCodeAt(2 * index)) << 4) | nibble(digits.charCodeAt(2 * index + 1));
      at = start + length;
    },
    begin,
    end,
    finish() {
      const written = Buffer.from(buffer.subarray(0, at));
      at = 0;
      if (buffer.length > keptSize) buffer = Buffer.allocUnsafe(firstSize);
      return written;
    },
  };
}

function bytesOfVarint(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** `0` to `9`, and `a` to `f` in either case. */
function nibble(code: number): number {
  return code < 58 ? code - 48 : (code | 0x20) - 87;
}
