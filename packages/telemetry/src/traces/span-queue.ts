import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { SpanCounts } from "./counts.ts";
import { roughBytes } from "./span-size.ts";

/** Why a span never arrives: no room, refused by the receiver, cannot be encoded, the process ended first. */
export type DropReason = "queue_full" | "rejected" | "unencodable" | "shutdown";

/**
 * Ended spans that wait for their export, first in first out, bounded in number and in bytes, with the account of all
 * that ever came: `ended = exported + sum(dropped) + queued` after each call.
 */
export interface SpanQueue {
  readonly size: number;
  /** Takes a span; false where it finds no room, or comes after the end: then it is dropped and counted. */
  add(span: ReadableSpan): boolean;
  /** The oldest ones, which stay queued until they are settled. */
  head(most: { readonly spans: number; readonly bytes: number }): readonly ReadableSpan[];
  /** The `count` oldest have got their fate: `dropped` of them were lost for that reason, the rest arrived. */
  settle(count: number, lost?: { readonly dropped: number; readonly reason: DropReason }): void;
  /** Drops what waits and all that still comes. */
  close(): void;
  counts(): SpanCounts;
}

export function createSpanQueue(bounds: { readonly maxSpans: number; readonly maxBytes: number }): SpanQueue {
  const dropped = { queue_full: 0, rejected: 0, unencodable: 0, shutdown: 0 };
  let spans: ReadableSpan[] = [];
  let sizes: number[] = [];
  // What is settled is passed over, and cut off now and then: taking from the front of an array costs its length.
  let first = 0;
  let bytes = 0;
  let ended = 0;
  let exported = 0;
  let closed = false;
  const size = (): number => spans.length - first;
  const leave = (count: number): void => {
    for (let index = first; index < first + count; index++) bytes -= sizes[index] ?? 0;
    first += count;
    if (first === spans.length || first > 4096) {
      spans = spans.slice(first);
      sizes = sizes.slice(first);
      first = 0;
    }
  };
  return {
    get size() {
      return size();
    },
    add(span) {
      ended++;
      if (closed) {
        dropped.shutdown++;
        return false;
      }
      const own = roughBytes(span);
      if (size() >= bounds.maxSpans || bytes + own > bounds.maxBytes) {
        dropped.queue_full++;
        return false;
      }
      spans.push(span);
      sizes.push(own);
      bytes += own;
      return true;
    },
    head(most) {
      let end = first;
      let sum = 0;
      while (end < spans.length && end - first < most.spans) {
        sum += sizes[end] ?? 0;
        if (sum > most.bytes && end > first) break;
        end++;
      }
      return spans.slice(first, end);
    },
    settle(count, lost) {
      const all = Math.min(count, size());
      const gone = Math.min(Math.max(lost?.dropped ?? 0, 0), all);
      if (lost !== undefined) dropped[lost.reason] += gone;
      exported += all - gone;
      leave(all);
    },
    close() {
      closed = true;
      dropped.shutdown += size();
      leave(size());
    },
    counts: () => ({ ended, exported, dropped: { ...dropped }, queued: size() }),
  };
}
