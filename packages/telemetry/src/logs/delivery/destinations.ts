import type { Reporter } from "../../reports/reporter.ts";
import type { DeliveryLimits } from "./options.ts";
import { jitteredPause, pause } from "./pause.ts";

/** One address of the store with its circuit: closed, open until a moment, or half open with one request under way. */
export interface Destination {
  readonly url: URL;
  /** Without credentials, for messages. */
  readonly name: string;
  /** Bound of a request's body in bytes, lowered when the store finds one too large. */
  maxBytes: number;
  /** Failures in a row. */
  failures: number;
  openUntil: number;
  isTried: boolean;
}

/** A failure of a whole request. */
export interface Trouble {
  /** `refused`: only a person can change it. */
  readonly kind: "unavailable" | "refused";
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly retryAfterMs?: number | undefined;
}

export interface Destinations {
  /** The next address whose circuit lets a request through, waited for; undefined when the signal aborts. */
  next(signal: AbortSignal): Promise<Destination | undefined>;
  /** The address answered as a store does. */
  worked(destination: Destination): void;
  failed(destination: Destination, trouble: Trouble): void;
  /** The request was given up for reasons of ours. */
  released(destination: Destination): void;
}

/** So often it is looked whether another request has closed a circuit, in milliseconds. */
const lookAgainMs = 250;

/** Requests go to the addresses in turn; one that fails is left out until its pause is over, and then tried with one. */
export function createDestinations(urls: readonly URL[], limits: DeliveryLimits, reporter: Reporter): Destinations {
  const all = urls.map((url): Destination => {
    const name = `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`;
    return { url, name, maxBytes: limits.maxRequestBytes, failures: 0, openUntil: 0, isTried: false };
  });
  let turn = 0;
  const pick = (now: number): Destination | undefined => {
    for (let step = 0; step < all.length; step++) {
      const candidate = all[(turn + step) % all.length];
      if (candidate === undefined || candidate.openUntil > now || (candidate.failures > 0 && candidate.isTried))
        continue;
      turn = (turn + step + 1) % all.length;
      return candidate;
    }
    return undefined;
  };
  return {
    async next(signal) {
      while (!signal.aborted) {
        const now = performance.now();
        const found = pick(now);
        if (found !== undefined) {
          if (found.failures > 0) found.isTried = true;
          return found;
        }
        const soonest = Math.min(
          ...all.map(({ openUntil }) => (openUntil > now ? openUntil : Number.POSITIVE_INFINITY)),
        );
        await pause(Math.min(lookAgainMs, soonest - now), signal);
      }
      return undefined;
    },
    worked(destination) {
      destination.isTried = false;
      destination.openUntil = 0;
      if (destination.failures === 0) return;
      destination.failures = 0;
      reporter.end(keyOf(destination), "log records are delivered again", { "url.full": destination.name });
    },
    failed(destination, { kind, message, fields, retryAfterMs }) {
      destination.isTried = false;
      destination.failures += 1;
      const wanted = kind === "refused" ? limits.refusedPauseMs : jitteredPause(destination.failures, limits);
      destination.openUntil = performance.now() + Math.max(wanted, retryAfterMs ?? 0);
      reporter.begin(keyOf(destination), message, { "url.full": destination.name, ...fields });
    },
    released(destination) {
      destination.isTried = false;
    },
  };
}

function keyOf({ name }: Destination): string {
  return `log-delivery ${name}`;
}
