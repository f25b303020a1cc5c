import type { Outcome } from "./outcome.ts";

/** What is kept of a notification that was not delivered on all channels, for Alertmanager's next try. */
const deliveredMs = 3_600_000;
/** Alertmanager's longest pause between two tries is a minute; the next round may bring a mended gateway. */
const refusedMs = 45_000;
const maxKept = 10_000;

/** Outcomes that the next try of the same notification must not repeat: told twice, or refused once more. */
export interface Memory {
  readonly recall: (id: string) => Outcome | undefined;
  readonly keep: (id: string, outcome: Outcome) => void;
  readonly forget: (id: string) => void;
}

export function createMemory(now: () => number): Memory {
  const kept = new Map<string, { readonly outcome: Outcome; readonly until: number }>();
  return {
    recall: (id) => {
      const known = kept.get(id);
      if (known === undefined || now() < known.until) return known?.outcome;
      kept.delete(id);
      return undefined;
    },
    keep: (id, outcome) => {
      kept.delete(id);
      if (outcome.kind === "failed") return;
      const [oldest] = kept.keys();
      if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
      kept.set(id, { outcome, until: now() + (outcome.kind === "delivered" ? deliveredMs : refusedMs) });
    },
    forget: (id) => {
      kept.delete(id);
    },
  };
}
