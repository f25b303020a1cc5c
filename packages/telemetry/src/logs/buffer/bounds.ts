import type { Reporter } from "../../reports/reporter.ts";
import type { Backlog } from "./backlog.ts";
import type { DropReason } from "./drop-reason.ts";
import type { Ledger } from "./ledger.ts";
import { isFinished, type Segment } from "./segment.ts";

export interface Bounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Why a segment goes when there are too many bytes; undefined where what is new has to go. */
  readonly whenTooLarge: DropReason | undefined;
}

export interface Bounded<S extends Segment> {
  readonly backlog: Backlog<S>;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly wishRotation: () => void;
}

/** The bound of bytes in parts of that many segments: small enough that one can be spared. */
export const segmentsInBound = 16;

/**
 * Throws away what is too old and, before the bound of bytes is reached, the oldest segments. What is on its way is left
 * alone: it could arrive, and would then be counted twice.
 */
export function enforceBounds<S extends Segment>(
  { maxBytes, maxAgeMs, whenTooLarge }: Bounds,
  { backlog, ledger, reporter, wishRotation }: Bounded<S>,
  nowMs: number,
): void {
  const drop = (segment: S, reason: DropReason): void => {
    const rest = segment.skipRest();
    segment.settled += rest;
    if (rest > 0) {
      ledger.dropped(reason, rest);
      reporter.begin(`log-buffer-${reason}`, "log records that waited are thrown away", {
        reason,
        fix: "see why Elasticsearch does not take them; TELEMETRY_LOG_MAX_DISK_BYTES and TELEMETRY_LOG_MAX_AGE are the bounds",
      });
    }
    if (isFinished(segment)) backlog.finish(segment);
  };
  let bytes = 0;
  for (const segment of [...backlog.segments]) {
    bytes += segment.bytes;
    if (nowMs - segment.newestMs > maxAgeMs) drop(segment, "age");
    // One that grows slowly must not hold old lines back.
    else if (!segment.isSealed && nowMs - segment.sinceMs > maxAgeMs / segmentsInBound) wishRotation();
  }
  if (whenTooLarge === undefined) return;
  if (bytes < maxBytes / 2)
    reporter.end(`log-buffer-${whenTooLarge}`, "the log buffer has room again", { reason: whenTooLarge });
  // Room for what is appended until the next look.
  const wanted = maxBytes - (2 * maxBytes) / segmentsInBound;
  for (const segment of [...backlog.segments]) {
    if (bytes <= wanted) return;
    if (!segment.isSealed || segment.inFlight > 0) continue;
    bytes -= segment.bytes;
    drop(segment, whenTooLarge);
  }
}
