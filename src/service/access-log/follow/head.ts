import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** So many bytes of a file's beginning tell it from others: a time, an address and the id of a request are among them. */
const headLimit = 1024;

/** The first bytes of a file, by which a copy of it is known, and that it is still the same file. */
export interface Head {
  readonly bytes: number;
  /** Hexadecimal SHA-256; the state file shall hold no line of a log. */
  readonly sha256: string;
}

export const emptyHead: Head = { bytes: 0, sha256: "" };

/** The first `limit` bytes of a file, or what there is. */
export async function readStart(handle: FileHandle, limit: number = headLimit): Promise<Buffer> {
  const buffer = Buffer.alloc(limit);
  const { bytesRead } = await handle.read(buffer, 0, limit, 0);
  return buffer.subarray(0, bytesRead);
}

export function headOf(start: Buffer): Head {
  const bytes = Math.min(start.length, headLimit);
  return bytes === 0 ? emptyHead : { bytes, sha256: digest(start.subarray(0, bytes)) };
}

/** True where a file begins with these bytes. */
export function beginsWith(start: Buffer, head: Head): boolean {
  return head.bytes <= start.length && (head.bytes === 0 || digest(start.subarray(0, head.bytes)) === head.sha256);
}

/** True where the head can still become longer. */
export function isShort(head: Head): boolean {
  return head.bytes < headLimit;
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
