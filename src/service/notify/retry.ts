import type { Outside } from "./options.ts";
import { failed, type Outcome } from "./outcome.ts";

/**
 * How long the bridge tries by itself. Below 15 s, after which the next Alertmanager of a cluster sends as well
 * (`--cluster.peer-timeout`), and far below the group interval, at which Alertmanager gives an attempt up; the shortest
 * that we generate is the heartbeat's minute.
 */
export const budgetMs = 12_000;
/** For one call of a gateway. */
export const callMs = 5_000;
/** A call is not begun with less time than this. */
const leastMs = 200;
const firstDelayMs = 250;
const maxDelayMs = 4_000;
/** Holds also where the clock is set back meanwhile. */
const maxCalls = 10;

export interface Tries {
  /** When there is no more time, in milliseconds since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/**
 * Calls until it works, is refused or the time is up: exponential backoff with full jitter, longer where the gateway
 * asks for it. A wait beyond the deadline is not begun; the outcome then says how long the gateway wants to be left alone.
 * Source of the jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function withRetries(
  once: (timeoutMs: number) => Promise<Outcome>,
  { deadline, signal }: Tries,
  outside: Pick<Outside, "now" | "sleep" | "random">,
): Promise<Outcome> {
  let last: Outcome = failed("no time left");
  for (let attempt = 0; attempt < maxCalls; attempt++) {
    const left = deadline - outside.now();
    if (signal.aborted || left < leastMs) return last;
    last = await once(Math.min(callMs, left));
    if (last.kind !== "failed") return last;
    const jitter = outside.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** attempt);
    const delay = Math.max(jitter, last.pauseMs ?? 0);
    if (outside.now() + delay + leastMs > deadline) return last;
    await outside.sleep(delay, signal);
  }
  return last;
}
