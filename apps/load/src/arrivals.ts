import { setTimeout as sleep } from "node:timers/promises";

interface ArrivalsOptions {
  /** Arrivals a second at the moment, by milliseconds since the start; never above `mostPerSecond`. */
  readonly rateAt: (elapsedMs: number) => number;
  readonly mostPerSecond: number;
  readonly durationMs: number;
  /** Not waited for: how slow the answers are does not change how many come. */
  readonly arrive: (planned: number) => void;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

/**
 * Users come by themselves and at random, as a Poisson process whose rate changes with the time: candidates at the
 * highest rate, of which a share is kept (thinning). `arrive` gets the planned time, on the clock of
 * `performance.now()`, so that a late start counts as waiting.
 */
export async function runArrivals(options: ArrivalsOptions): Promise<void> {
  const { rateAt, mostPerSecond, durationMs, arrive, signal, random = Math.random } = options;
  const start = performance.now();
  let elapsed = 0;
  for (;;) {
    elapsed += (-Math.log(1 - random()) / mostPerSecond) * 1000;
    const last = elapsed >= durationMs;
    const wait = start + Math.min(elapsed, durationMs) - performance.now();
    // Several may be due at once, since timers are not finer than a millisecond.
    if (wait > 1) await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (last || signal.aborted) return;
    if (random() * mostPerSecond < rateAt(elapsed)) arrive(start + elapsed);
  }
}
