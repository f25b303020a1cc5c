import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";

/**
 * How a line stands in a segment: `CCCCCCCC IIIIII LINE\n`, with the CRC-32 of the line and its newline, begun from the
 * place, and the place of the record in its segment, both hexadecimal. A newline ends a record whatever was altered
 * before it, places tell how many are missing, and the line itself is what the store is sent, untouched.
 */
export const frameOverhead = 17;
const checksumDigits = 8;
const placeDigits = 6;
const lineStart = checksumDigits + 1 + placeDigits + 1;

/** More records than that do not fit into one segment. */
export const maxPlace = 16 ** placeDigits - 1;

const blank = 32;
const digits = new TextEncoder().encode("0123456789abcdef");

/** Frames one line after the other in memory of its own. */
export class FrameWriter {
  #scratch = Buffer.allocUnsafeSlow(4096);

  /** Valid until the next call. */
  get bytes(): Buffer {
    return this.#scratch;
  }

  /** Length of the frame in bytes. A newline within the line becomes a blank: JSON means the same by it. */
  write(line: string, place: number): number {
    // No character takes more than three bytes in UTF-8.
    const needed = line.length * 3 + frameOverhead;
    if (needed > this.#scratch.length)
      this.#scratch = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#scratch.length));
    const bytes = this.#scratch;
    const text = oneLine(line);
    const end = lineStart + bytes.write(text, lineStart);
    writeHexadecimal(bytes, checksumDigits + 1, placeDigits, place);
    bytes[lineStart - 1] = blank;
    // Of the text: to make a view of the bytes costs as much as the checksum.
    writeHexadecimal(bytes, 0, checksumDigits, crc32(text, place));
    bytes[checksumDigits] = blank;
    return end;
  }
}

/** Exactly one newline, at the end. */
export function oneLine(line: string): string {
  const first = line.indexOf("\n");
  if (first === -1) return `${line}\n`;
  if (first === line.length - 1) return line;
  return `${line.trimEnd().replaceAll("\n", " ")}\n`;
}

/**
 * Place of the record that stands from `start` up to the newline at `end`, -1 where it was altered. Its line is what stands
 * from `lineOf(start)` to `end`.
 */
export function placeOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < lineStart || bytes[start + checksumDigits] !== blank || bytes[start + lineStart - 1] !== blank)
    return -1;
  const place = readHexadecimal(bytes, start + checksumDigits + 1, placeDigits);
  if (place < 0) return -1;
  const checksum = readHexadecimal(bytes, start, checksumDigits);
  return checksum === crc32(bytes.subarray(lineOf(start), end + 1), place) ? place : -1;
}

export function lineOf(start: number): number {
  return start + lineStart;
}

function writeHexadecimal(bytes: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let to = at + width - 1; to >= at; to--) {
    bytes[to] = digits[rest & 15] ?? 0;
    rest >>>= 4;
  }
}

/** -1 where it is none. */
function readHexadecimal(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let from = at; from < at + width; from++) {
    const code = bytes[from] ?? 0;
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
