import { type LogBatch, recordId } from "../batch.ts";

export interface RequestBody {
  readonly bytes: Uint8Array;
  /** How many of the records, from the first on, are in it; at least one. */
  readonly records: number;
}

/** An action without its `_id`, and the newline behind the record. */
const head = '{"create":{"_id":"';
const tail = '"}}\n';

/**
 * Body of a bulk request: for each record an action line, which names its `_id` and forbids overwriting, and the record
 * as it is. It goes into `space` where that is large enough. What does not fit into one is split evenly: a small rest would
 * cost the store as much as a full one.
 */
export function writeBody(batch: LogBatch, indices: Uint32Array, maxBytes: number, space: Buffer): RequestBody {
  const total = totalBytes(batch, indices);
  const bound = Math.min(maxBytes, Math.ceil(total / Math.ceil(total / maxBytes)) + longestShare);
  let bytes = space;
  let length = 0;
  let records = 0;
  let sequence = Number.NaN;
  let action: Buffer = Buffer.alloc(0);
  for (const index of indices) {
    const start = batch.starts[index] ?? 0;
    const end = batch.ends[index] ?? start;
    const before = sequence;
    sequence = batch.sequences[index] ?? 0;
    if (sequence !== before + 1 || !increment(action)) action = actionOf(batch.buffer, sequence);
    const next = length + action.length + (end - start) + 1;
    if (records > 0 && next > bound) break;
    // Only a single long record does not fit.
    if (next > bytes.length) bytes = grow(bytes, length, next);
    bytes.set(action, length);
    length += action.length;
    bytes.set(batch.bytes.subarray(start, end), length);
    length = next;
    bytes[length - 1] = 0x0a;
    records += 1;
  }
  return { bytes: bytes.subarray(0, length), records };
}

function actionOf(buffer: string, sequence: number): Buffer {
  return Buffer.from(`${head}${recordId(buffer, sequence)}${tail}`);
}

/**
 * Makes the action of a sequence that of the next one, in place: to print each one anew costs as much as all the rest of a
 * body. False where the number gets a digit more.
 */
function increment(action: Buffer): boolean {
  for (let at = action.length - tail.length - 1; ; at--) {
    const digit = action[at];
    if (digit === ascii.z) action[at] = ascii.zero;
    else if (digit === undefined || digit === ascii.dash) return false;
    else {
      action[at] = digit === ascii.nine ? ascii.a : digit + 1;
      return true;
    }
  }
}

const ascii = { dash: 0x2d, zero: 0x30, nine: 0x39, a: 0x61, z: 0x7a } as const;

/** An even split may be exceeded by one record of common length, in bytes. */
const longestShare = 4_096;

/** About: the ids are taken as long as the first one. */
function totalBytes({ buffer, sequences, starts, ends }: LogBatch, indices: Uint32Array): number {
  const id = recordId(buffer, sequences[indices[0] ?? 0] ?? 0);
  let total = indices.length * (head.length + id.length + tail.length + 1);
  for (const index of indices) total += (ends[index] ?? 0) - (starts[index] ?? 0);
  return total;
}

function grow(bytes: Buffer, length: number, wanted: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(wanted);
  bytes.copy(larger, 0, 0, length);
  return larger;
}
