import type { Log } from "../log.ts";
import type { Outcome } from "./outcome.ts";
import type { Channel } from "./undelivered.ts";

/** Reasons that one episode is told of. */
const maxReasons = 20;

/** Says once when a channel begins to fail, when it fails for a new reason, and when it works again. */
export interface Health {
  readonly saw: (to: Channel, outcome: Outcome) => void;
}

export function createHealth(log: Log, now: () => number): Health {
  const failing = new Map<string, { readonly since: number; readonly reasons: Set<string> }>();
  return {
    saw: ({ receiver, channel }, outcome) => {
      const key = `${receiver} ${channel}`;
      const known = failing.get(key);
      if (outcome.kind !== "delivered") {
        const { reason } = outcome.flaw;
        const episode = known ?? { since: now(), reasons: new Set() };
        failing.set(key, episode);
        if (episode.reasons.has(reason) || episode.reasons.size >= maxReasons) return;
        episode.reasons.add(reason);
        log.warn("notification channel fails", { receiver, channel, outcome: outcome.kind, ...outcome.flaw });
      } else if (known !== undefined) {
        failing.delete(key);
        const failedForSeconds = Math.round((now() - known.since) / 1000);
        log.info("notification channel works again", { receiver, channel, failedForSeconds });
      }
    },
  };
}
