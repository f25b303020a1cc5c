/** Exponential with full jitter, so that many processes do not come back in step. Milliseconds, at least 10. */
export function jitteredPause(
  failures: number,
  { firstPauseMs, maxPauseMs }: { readonly firstPauseMs: number; readonly maxPauseMs: number },
  random: () => number = Math.random,
): number {
  const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(Math.max(0, failures - 1), 30));
  return Math.max(10, random() * longest);
}

/** Nobody is made to wait longer than this by a `Retry-After`, in milliseconds. */
const longestRetryAfterMs = 3_600_000;

/** `Retry-After` as seconds or as a date, in milliseconds from now; undefined where it is missing or not readable. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestRetryAfterMs);
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
