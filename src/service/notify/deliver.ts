import type { Channel, Receiver } from "../../model/model.ts";
import { needsBridge } from "../../render/alertmanager/receivers.ts";
import { SecretError, type SecretReader } from "../secrets.ts";
import { dingtalkGateway } from "./channels/dingtalk.ts";
import type { Gateway, Surroundings } from "./channels/gateway.ts";
import { smsGateway } from "./channels/sms.ts";
import { webhookGateway } from "./channels/webhook.ts";
import { wecomGateway } from "./channels/wecom.ts";
import { wecomRobotGateway } from "./channels/wecom-robot.ts";
import { createWecomTokens, type WecomTokens } from "./channels/wecom-tokens.ts";
import { maxPauseMs } from "./http.ts";
import { createLanes } from "./lanes.ts";
import type { BridgeModel, Outside } from "./options.ts";
import { type Flaw, failed, type Outcome } from "./outcome.ts";
import type { Notification } from "./payload.ts";
import { budgetMs, withRetries } from "./retry.ts";

/** A channel that Alertmanager cannot speak itself. */
export type BridgedChannel = Exclude<Channel, { readonly type: "email" }>;

/** Tells one channel, with retries, within the bridge's own time. Never rejects. */
export type Deliver = (
  model: BridgeModel,
  receiver: Receiver,
  channel: BridgedChannel,
  what: Notification,
) => Promise<Outcome>;

/** Lanes whose pauses are kept. */
const maxPauses = 1_000;

export function bridgedChannels({ channels }: Receiver): readonly BridgedChannel[] {
  return channels.filter((channel) => channel.type !== "email").filter(needsBridge);
}

export function createDeliver(outside: Outside, readSecret: SecretReader, signal: AbortSignal): Deliver {
  const tokens = createWecomTokens(outside);
  const lanes = createLanes(outside, signal);
  const pauses = new Map<string, { readonly until: number; readonly flaw: Flaw }>();

  /** Longer waits than the bridge has time for are kept, so that Alertmanager's next try does not break them. */
  function pause(lane: string, { ms, flaw }: { readonly ms: number; readonly flaw: Flaw }): void {
    pauses.delete(lane);
    pauses.set(lane, { until: outside.now() + ms, flaw });
    const [oldest] = pauses.keys();
    if (pauses.size > maxPauses && oldest !== undefined) pauses.delete(oldest);
  }

  /** Why a lane has to wait; undefined where it need not. */
  function pausedFor(lane: string): string | undefined {
    const known = pauses.get(lane);
    const left = (known?.until ?? 0) - outside.now();
    // More is left than was asked for where the clock was set back.
    return left > 0 && left <= maxPauseMs ? known?.flaw.reason : undefined;
  }

  return async (model, receiver, channel, notification) => {
    const surroundings = { outside, readSecret, origin: model, receiver: receiver.name };
    const gateway = await ready(channel, surroundings, tokens);
    if ("kind" in gateway) return gateway;
    const reason = pausedFor(gateway.lane);
    if (reason !== undefined) return failed(reason, "not asked again yet: the gateway wants a pause");
    const deadline = outside.now() + budgetMs;
    const outcome =
      gateway.pace === undefined
        ? await withRetries((ms) => send(gateway, notification, ms), { deadline, signal }, outside)
        : await lanes.submit(gateway, gateway.pace, { notification, deadline });
    if (outcome.kind === "failed" && outcome.pauseMs !== undefined)
      pause(gateway.lane, { ms: outcome.pauseMs, flaw: outcome.flaw });
    return outcome;
  };

  function send(gateway: Gateway, notification: Notification, timeoutMs: number): Promise<Outcome> {
    return gateway.send([notification], AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  }
}

async function ready(
  channel: BridgedChannel,
  surroundings: Surroundings,
  tokens: WecomTokens,
): Promise<Gateway | Outcome> {
  try {
    return await gatewayOf(channel, surroundings, tokens);
  } catch (error) {
    // It names the inventory path and the file, and no value.
    if (error instanceof SecretError) return failed("a secret cannot be had", error.message);
    throw error;
  }
}

function gatewayOf(channel: BridgedChannel, surroundings: Surroundings, tokens: WecomTokens): Promise<Gateway> {
  switch (channel.type) {
    case "sms":
      return smsGateway(channel, surroundings);
    case "webhook":
      return webhookGateway(channel, surroundings);
    case "wecom":
      return wecomGateway(channel, surroundings, tokens);
    case "wecom-robot":
      return wecomRobotGateway(channel, surroundings);
    case "dingtalk":
      return dingtalkGateway(channel, surroundings);
  }
}
