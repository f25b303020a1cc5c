import type { Log } from "../log.ts";
import { alertsOf, type DeadLetter, type DeadLetterFile } from "./dead-letters.ts";
import type { NotifyMetrics } from "./metrics.ts";
import type { Flaw } from "./outcome.ts";
import type { Notification } from "./payload.ts";

/** A message that nobody took for so long has come too late, whatever Alertmanager still tries. */
export const lateMs = 15 * 60_000;
/** What nobody has tried for so long is over. */
const forgottenMs = 24 * 3_600_000;
/** Groups of alerts at channels. */
const maxGroups = 2_000;
/** Names in a log line. */
const maxNames = 20;

interface Group {
  readonly receiver: string;
  readonly channel: string;
  /** When the oldest message that is not given up was first tried. */
  since: number;
  triedAt: number;
  last: Notification;
  flaw: Flaw;
  /** Alerts, with their state, that a dead letter has told of. */
  readonly givenUp: Set<string>;
}

/**
 * Messages on their way, by group of alerts and channel, and when they become dead letters. A notification carries the
 * whole state of its group, so a later one that is delivered makes up for all before it.
 *
 * 1. Refused by the gateway: at once.
 * 2. Not delivered within 15 minutes, counted from the first try: then. Also when Alertmanager tries no more because the
 *    alert has ended meanwhile.
 * 3. Once for each alert and state of a group, until the group is delivered.
 */
export interface Undelivered {
  readonly failed: (to: Channel, notification: Notification, flaw: Flaw) => void;
  readonly refused: (to: Channel, notification: Notification, flaw: Flaw) => void;
  readonly delivered: (to: Channel, notification: Notification) => void;
  /** Ids that the gateway does not know; told once until they change. */
  readonly partly: (to: Channel, notification: Notification, unknown: readonly string[]) => void;
  /** Gives up what is late. */
  readonly sweep: () => void;
  /** Resolves when everything given up is on disk. */
  readonly settled: () => Promise<void>;
}

export interface Channel {
  readonly receiver: string;
  /** `sms`, `wecom`, … */
  readonly channel: string;
}

export function createUndelivered(options: {
  readonly now: () => number;
  readonly file: DeadLetterFile;
  readonly metrics: Pick<NotifyMetrics, "deadLetter">;
  readonly log: Log;
}): Undelivered {
  const { now, file, metrics, log } = options;
  const groups = new Map<string, Group>();
  const unknownRecipients = new Map<string, string>();
  const writing = new Set<Promise<void>>();

  function keep(to: Channel, notification: Notification, flaw: Flaw): Group {
    const key = keyOf(to, notification);
    const known = groups.get(key);
    if (known !== undefined) {
      Object.assign(known, { triedAt: now(), last: notification, flaw });
      return known;
    }
    const [oldest] = groups;
    if (groups.size >= maxGroups && oldest !== undefined) {
      giveUp(oldest[1], "too many undelivered");
      groups.delete(oldest[0]);
    }
    const made = { ...to, since: now(), triedAt: now(), last: notification, flaw, givenUp: new Set<string>() };
    groups.set(key, made);
    return made;
  }

  function giveUp(group: Group, why: DeadLetter["why"]): void {
    const items = group.last.alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`);
    const fresh = items.some((item) => !group.givenUp.has(item));
    for (const item of items) group.givenUp.add(item);
    const { since } = group;
    group.since = now();
    if (fresh) write(group, group.last, { why, since, flaw: group.flaw });
  }

  function write(
    { receiver, channel }: Channel,
    notification: Notification,
    { why, since, flaw }: { readonly why: DeadLetter["why"]; readonly since: number; readonly flaw: Flaw },
  ): void {
    metrics.deadLetter(receiver);
    const { alerts, status, groupKey, truncated } = notification;
    const names = [...new Set(alerts.map(({ labels }) => labels["alertname"] ?? "alert"))].slice(0, maxNames);
    const count = alerts.length + truncated;
    log.error("message given up", { receiver, channel, why, ...flaw, status, alerts: names, count });
    const letter: DeadLetter = {
      time: new Date(now()).toISOString(),
      receiver,
      channel,
      why,
      ...flaw,
      since: new Date(since).toISOString(),
      status,
      group: groupKey,
      count,
      alerts: alertsOf(notification),
    };
    const written = file.append(letter).catch((error: unknown) => {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      log.error("dead letter not written", { receiver, channel, reason, alerts: names });
    });
    writing.add(written);
    void written.then(() => writing.delete(written));
  }

  return {
    failed: (to, notification, flaw) => {
      keep(to, notification, flaw);
    },
    refused: (to, notification, flaw) => giveUp(keep(to, notification, flaw), "refused"),
    delivered: (to, notification) => {
      groups.delete(keyOf(to, notification));
    },
    partly: (to, notification, unknown) => {
      const key = `${to.receiver} ${to.channel}`;
      const told = unknown.toSorted().join(" ");
      if ((unknownRecipients.get(key) ?? "") === told) return;
      unknownRecipients.set(key, told);
      const flaw = { reason: "some recipients are unknown to the gateway", said: told };
      if (told !== "") write(to, notification, { why: "unknown recipients", since: now(), flaw });
    },
    sweep: () => {
      for (const [key, group] of groups) {
        if (now() - group.since >= lateMs) giveUp(group, "too late");
        if (now() - group.triedAt >= forgottenMs) groups.delete(key);
      }
    },
    settled: async () => {
      await Promise.all(writing);
    },
  };
}

function keyOf({ receiver, channel }: Channel, { groupKey }: Notification): string {
  return JSON.stringify([receiver, channel, groupKey]);
}
