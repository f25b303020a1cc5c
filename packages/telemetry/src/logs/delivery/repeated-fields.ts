import type { LogBatch } from "../batch.ts";
import { parse, type StoreError } from "./reply.ts";

/** Whether the store refuses a record because a field stands in it twice, as pino's children write it. */
export function isRepeatedField({ reason }: StoreError): boolean {
  return /\bDuplicate (?:field|key|Object property)\b/.test(reason);
}

/**
 * Leaves of each field of a record the last value, as every reader of JSON does; blanks take the room that gets free, so
 * that the record stays where it is. False where that changes nothing, or would change a number that is too long for
 * JavaScript.
 */
export function keepLastOfRepeatedFields({ bytes, starts, ends }: LogBatch, index: number): boolean {
  const record = bytes.subarray(starts[index], ends[index]);
  const line = Buffer.from(record).toString();
  const value = longNumber.test(line) ? undefined : parse(line);
  if (typeof value !== "object" || value === null) return false;
  const kept = Buffer.from(JSON.stringify(value));
  if (kept.length >= record.length) return false;
  record.set(kept);
  record.fill(blank, kept.length);
  return true;
}

const longNumber = /[:,[] ?-?\d{16}/;
const blank = 0x20;
