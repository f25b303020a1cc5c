import type { Receiver } from "../../model/model.ts";
import type { Log } from "../log.ts";
import { type BridgedChannel, bridgedChannels, type Deliver } from "./deliver.ts";
import type { Health } from "./health.ts";
import type { Memory } from "./memory.ts";
import type { NotifyMetrics } from "./metrics.ts";
import type { BridgeModel } from "./options.ts";
import { failed, type Outcome } from "./outcome.ts";
import { isHeartbeat, type Notification } from "./payload.ts";
import type { Undelivered } from "./undelivered.ts";

/** What became of a notification on each of its receiver's bridged channels. */
export interface Told {
  readonly channels: readonly { readonly channel: string; readonly outcome: Outcome }[];
  /** Called when Alertmanager has the good news: the same notification is then a repetition, and told again. */
  readonly acknowledged: () => void;
}

export type Tell = (model: BridgeModel, receiver: Receiver, notification: Notification) => Promise<Told>;

/**
 * Tells all bridged channels of a receiver at once.
 *
 * 1. At least once: Alertmanager hears of success only when every channel has delivered.
 * 2. When it tries again, channels that have delivered are not told a second time, until it has heard of success.
 * 3. Two tries of the same notification at once are one delivery.
 * 4. Signs of life are passed on each time, whatever has been before.
 */
export function createTell(parts: {
  readonly deliver: Deliver;
  readonly memory: Memory;
  readonly health: Health;
  readonly undelivered: Undelivered;
  readonly metrics: NotifyMetrics;
  readonly log: Log;
  readonly now: () => number;
}): Tell {
  const { deliver, memory, health, undelivered, metrics, now } = parts;
  const running = new Map<string, Promise<Outcome>>();

  async function tellOne(
    id: string,
    model: BridgeModel,
    receiver: Receiver,
    what: { readonly channel: BridgedChannel; readonly notification: Notification },
  ): Promise<Outcome> {
    const to = { receiver: receiver.name, channel: what.channel.type };
    const outcome = await deliver(model, receiver, what.channel, what.notification).catch((error: unknown) => {
      parts.log.error("notification bridge has a fault", { ...to, reason: error instanceof Error ? error.name : "" });
      return failed("a fault of the bridge");
    });
    health.saw(to, outcome);
    if (!isHeartbeat(what.notification)) memory.keep(id, outcome);
    if (outcome.kind === "failed") undelivered.failed(to, what.notification, outcome.flaw);
    else if (outcome.kind === "refused") undelivered.refused(to, what.notification, outcome.flaw);
    else {
      undelivered.delivered(to, what.notification);
      undelivered.partly(to, what.notification, outcome.unknown ?? []);
    }
    return outcome;
  }

  return async (model, receiver, notification) => {
    const begun = now();
    const all = bridgedChannels(receiver).map((channel) => ({
      channel,
      id: JSON.stringify([receiver.name, channel.type, notification.key]),
    }));
    const channels = await Promise.all(
      all.map(async ({ channel, id }) => {
        const known = memory.recall(id);
        if (known !== undefined) return { channel: channel.type, outcome: known };
        const started = running.get(id) ?? tellOne(id, model, receiver, { channel, notification });
        running.set(id, started);
        const outcome = await started.finally(() => running.delete(id));
        return { channel: channel.type, outcome };
      }),
    );
    const delivered = channels.every(({ outcome }) => outcome.kind === "delivered");
    metrics.request(receiver.name, delivered ? "delivered" : "failed");
    metrics.duration(receiver.name, Math.max(0, now() - begun) / 1000);
    return {
      channels,
      acknowledged: () => {
        for (const { id } of all) memory.forget(id);
      },
    };
  };
}
