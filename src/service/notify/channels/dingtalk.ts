import { createHmac } from "node:crypto";
import type { Channel } from "../../../model/model.ts";
import { concealer } from "../conceal.ts";
import { call } from "../http.ts";
import { compose, headline, type Origin } from "../message/compose.ts";
import { bytesOf, cut } from "../message/cut.ts";
import { dingtalkMarkdown, plain } from "../message/style.ts";
import type { Notification } from "../payload.ts";
import { type Codes, judgeErrcode } from "./errcode.ts";
import { addressOf, fingerprint, type Gateway, type Surroundings } from "./gateway.ts";

type Robot = Extract<Channel, { readonly type: "wecom-robot" | "dingtalk" }>;

/**
 * The whole body; beyond it errcode 460101.
 * Source: https://github.com/timonwong/prometheus-webhook-dingtalk/pull/222
 */
const maxBytes = 20_000;
const maxTitleBytes = 200;

/**
 * 20 messages a minute, else the robot is silenced for 10 minutes.
 * Source: https://open.dingtalk.com/document/orgapp/custom-robot-access
 */
const pace = { burst: 10, everyMs: 6_000 };

/**
 * -1 is the system's own trouble; 130101 and 410100 are too many messages in a minute. All others stay as they are
 * until somebody acts: 310000 (signature, keyword or address refused), 400101 (no such token), 400102 (robot switched
 * off), 90030 (the month's messages are used up), 460101 (too long).
 * Sources: https://open.dingtalk.com/document/orgapp/custom-robot-access,
 * https://github.com/ccfos/nightingale/issues/369
 */
const codes: Codes = { busy: new Set([-1]), limited: new Set([130101, 410100]) };

export async function dingtalkGateway(channel: Robot, surroundings: Surroundings): Promise<Gateway> {
  const { outside, readSecret, origin } = surroundings;
  const address = await addressOf(channel.url, [...channel.source, "url"], readSecret);
  const secret =
    channel.secret === undefined
      ? undefined
      : (await readSecret(channel.secret, [...channel.source, "secret"])).reveal();
  return {
    lane: fingerprint("dingtalk", address.href, secret ?? ""),
    pace,
    send: async (notifications, signal) => {
      const signed = secret === undefined ? address : sign(address, secret, outside.now());
      const conceal = concealer([address.href, signed.href, ...(secret === undefined ? [] : [secret])]);
      const body = JSON.stringify(dingtalkPayload(notifications, origin));
      const answer = await call(outside, { address: signed, method: "POST", body, conceal, signal });
      if (!("text" in answer)) return answer;
      const judged = judgeErrcode(answer.text, codes, conceal);
      return "ok" in judged ? { kind: "delivered" } : judged.outcome;
    },
  };
}

/**
 * `timestamp` in ms and `sign`, base64 of the HMAC-SHA256 over `TIMESTAMP\nSECRET` with the secret as the key; good for an
 * hour. Source: https://open.dingtalk.com/document/robots/customize-robot-security-settings
 */
export function sign(address: URL, secret: string, now: number): URL {
  const signed = new URL(address);
  signed.searchParams.set("timestamp", String(now));
  signed.searchParams.set("sign", createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64"));
  return signed;
}

/** `title` is what the list of conversations and the lock screen show. */
export function dingtalkPayload(notifications: readonly Notification[], origin: Origin): object {
  const [first] = notifications;
  const title =
    first === undefined
      ? origin.platform
      : cut(headline(first, plain), { limit: maxTitleBytes, measure: bytesOf, ellipsis: "…" });
  const payload = (text: string) => ({ msgtype: "markdown", markdown: { title, text } });
  const measure = (text: string): number => bytesOf(JSON.stringify(payload(text)));
  return payload(compose(notifications, origin, { style: dingtalkMarkdown, limit: maxBytes, measure, listed: 20 }));
}
