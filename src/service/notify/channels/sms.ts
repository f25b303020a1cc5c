import type { Channel } from "../../../model/model.ts";
import { concealer } from "../conceal.ts";
import { call, jsonObject } from "../http.ts";
import { compose, type Origin, severityOf } from "../message/compose.ts";
import { plain } from "../message/style.ts";
import { failed, type Outcome } from "../outcome.ts";
import type { Notification } from "../payload.ts";
import { addressOf, type Gateway, type Surroundings } from "./gateway.ts";

type Sms = Extract<Channel, { readonly type: "sms" }>;

/** UTF-16 units, as networks count where a text is not plain ASCII: one message in ASCII, three at worst otherwise. */
const maxLength = 160;
/** Names of alerts in the payload. */
const maxNames = 20;

/** The JSON that an SMS gateway gets by POST. There is no standard; a relay in front of a provider maps these. */
export interface SmsPayload {
  readonly version: 1;
  /** The same for a message that is sent again: a gateway that knows it has told it already. Also in `Idempotency-Key`. */
  readonly id: string;
  readonly platform: string;
  readonly environment: string;
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly severity: string;
  /** At most 160 characters. */
  readonly text: string;
  readonly alerts: readonly string[];
  readonly firing: number;
  readonly resolved: number;
}

/** Any 2xx is delivered, unless the answer is JSON that says otherwise in so many words. */
export async function smsGateway(channel: Sms, surroundings: Surroundings): Promise<Gateway> {
  const { outside, readSecret, origin, receiver } = surroundings;
  const address = await addressOf(channel.url, [...channel.source, "webhook", "url"], readSecret);
  const conceal = concealer([address.href]);
  return {
    lane: channel.source.join("."),
    send: async (notifications, signal) => {
      for (const notification of notifications) {
        const body = JSON.stringify(smsPayload(notification, origin, receiver));
        const headers = { "idempotency-key": notification.key };
        const answer = await call(outside, { address, method: "POST", body, headers, conceal, signal });
        const outcome = "text" in answer ? judge(answer.text, conceal) : answer;
        if (outcome.kind !== "delivered") return outcome;
      }
      return { kind: "delivered" };
    },
  };
}

export function smsPayload(notification: Notification, origin: Origin, receiver: string): SmsPayload {
  const { alerts, key, status } = notification;
  const layout = { style: plain, limit: maxLength, measure: ({ length }: string) => length, listed: 0 };
  const firing = alerts.filter((alert) => alert.status === "firing").length;
  return {
    version: 1,
    id: key,
    platform: origin.platform,
    environment: origin.environment,
    receiver,
    status,
    severity: severityOf(notification),
    text: compose([notification], origin, layout),
    alerts: [...new Set(alerts.map(({ labels }) => labels["alertname"] ?? "alert"))].slice(0, maxNames),
    firing,
    resolved: alerts.length - firing,
  };
}

function judge(text: string, conceal: (text: string) => string): Outcome {
  const answer = jsonObject(text);
  const { errcode, success, ok } = { errcode: answer?.["errcode"], success: answer?.["success"], ok: answer?.["ok"] };
  const code = typeof errcode === "number" || typeof errcode === "string" ? String(errcode) : "0";
  if (!/^0*$/.test(code)) return failed(`errcode ${conceal(code)}`, conceal(text));
  return success === false || ok === false ? failed("an answer that says no", conceal(text)) : { kind: "delivered" };
}
