import { Counter, Histogram, type Registry } from "prom-client";
import { needsBridge } from "../../render/alertmanager/receivers.ts";
import type { BridgeModel } from "./options.ts";

const outcomes = ["delivered", "failed", "refused"] as const;

export type RequestOutcome = (typeof outcomes)[number];

export interface NotifyMetrics {
  readonly request: (receiver: string, outcome: RequestOutcome) => void;
  readonly duration: (receiver: string, seconds: number) => void;
  readonly deadLetter: (receiver: string) => void;
}

/**
 * The bridge's metrics. Label values are the bridged receivers of the inventory in force and nothing else: each begins
 * at 0, and those of a receiver that is gone vanish.
 */
export function createNotifyMetrics(registry: Registry, model: () => BridgeModel): NotifyMetrics {
  const requests = new Counter({
    name: "stackwright_notify_requests_total",
    help: "Notifications that Alertmanager handed to the bridge, by what became of them.",
    labelNames: ["receiver", "outcome"],
    registers: [registry],
    collect: () => follow(),
  });
  const durations = new Histogram({
    name: "stackwright_notify_duration_seconds",
    help: "Time from a notification to the answer, over all channels of its receiver.",
    labelNames: ["receiver"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15],
    registers: [registry],
    collect: () => follow(),
  });
  const deadLetters = new Counter({
    name: "stackwright_notify_dead_letters_total",
    help: "Messages to a receiver that were given up, or that some of its people did not get.",
    labelNames: ["receiver"],
    registers: [registry],
    collect: () => follow(),
  });
  let followed: BridgeModel | undefined;
  let known: ReadonlySet<string> = new Set();

  function follow(): void {
    const current = model();
    if (current === followed) return;
    const now = bridgedReceivers(current);
    for (const receiver of now) {
      if (known.has(receiver)) continue;
      for (const outcome of outcomes) requests.inc({ receiver, outcome }, 0);
      durations.zero({ receiver });
      deadLetters.inc({ receiver }, 0);
    }
    for (const receiver of known) {
      if (now.has(receiver)) continue;
      for (const outcome of outcomes) requests.remove({ receiver, outcome });
      durations.remove({ receiver });
      deadLetters.remove({ receiver });
    }
    followed = current;
    known = now;
  }

  const when = (receiver: string, count: () => void): void => {
    follow();
    if (known.has(receiver)) count();
  };
  return {
    request: (receiver, outcome) => when(receiver, () => requests.inc({ receiver, outcome })),
    duration: (receiver, seconds) => when(receiver, () => durations.observe({ receiver }, seconds)),
    deadLetter: (receiver) => when(receiver, () => deadLetters.inc({ receiver })),
  };
}

/** Names of the receivers that the bridge serves. */
export function bridgedReceivers({ alerting }: BridgeModel): ReadonlySet<string> {
  return new Set(
    [...(alerting?.receivers.values() ?? [])]
      .filter(({ channels }) => channels.some(needsBridge))
      .map(({ name }) => name),
  );
}
