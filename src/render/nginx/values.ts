import { parseDuration, parseSize } from "../../model/units.ts";

/** nginx counts in 63 bits; what is beyond these bounds means "without an end" anyway. */
const longestMs = 10 * 365 * 86_400_000;
const largestBytes = 1024 ** 5;

/** A Prometheus duration as nginx writes it, in its largest whole unit. */
export function nginxTime(duration: string): string {
  return nginxMs(parseDuration(duration));
}

/** Milliseconds as nginx writes them. */
export function nginxMs(ms: number): string {
  const bounded = Math.min(ms, longestMs);
  if (bounded % 3_600_000 === 0 && bounded > 0) return `${bounded / 3_600_000}h`;
  if (bounded % 60_000 === 0 && bounded > 0) return `${bounded / 60_000}m`;
  return bounded % 1000 === 0 ? `${bounded / 1000}s` : `${bounded}ms`;
}

/** Bytes of a size, bounded. */
export function bytesOf(size: string): number {
  return Math.min(parseSize(size), largestBytes);
}

/** A size as nginx writes it, in its largest whole unit. */
export function nginxSize(size: string): string {
  const bytes = bytesOf(size);
  if (bytes === 0) return "0";
  for (const [unit, factor] of [
    ["g", 1024 ** 3],
    ["m", 1024 ** 2],
    ["k", 1024],
  ] as const)
    if (bytes % factor === 0) return `${bytes / factor}${unit}`;
  return String(bytes);
}
