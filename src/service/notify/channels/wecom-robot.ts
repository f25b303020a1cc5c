import type { Channel } from "../../../model/model.ts";
import { concealer } from "../conceal.ts";
import { call } from "../http.ts";
import { compose, type Origin } from "../message/compose.ts";
import { bytesOf } from "../message/cut.ts";
import { wecomMarkdown } from "../message/style.ts";
import type { Notification } from "../payload.ts";
import { judgeErrcode } from "./errcode.ts";
import { addressOf, fingerprint, type Gateway, type Surroundings } from "./gateway.ts";
import { wecomCodes } from "./wecom-codes.ts";

type Robot = Extract<Channel, { readonly type: "wecom-robot" | "dingtalk" }>;

/** Of `markdown.content`. Source: https://developer.work.weixin.qq.com/document/path/91770 */
const maxBytes = 4096;
/** 20 messages a minute. Source: the same page. */
const pace = { burst: 10, everyMs: 6_000 };

/** The robot's address holds its key, and is all the authentication there is. */
export async function wecomRobotGateway(channel: Robot, surroundings: Surroundings): Promise<Gateway> {
  const { outside, readSecret, origin } = surroundings;
  const address = await addressOf(channel.url, [...channel.source, "url"], readSecret);
  const conceal = concealer([address.href]);
  return {
    lane: fingerprint("wecom-robot", address.href),
    pace,
    send: async (notifications, signal) => {
      const body = JSON.stringify(wecomRobotPayload(notifications, origin));
      const answer = await call(outside, { address, method: "POST", body, conceal, signal });
      if (!("text" in answer)) return answer;
      const judged = judgeErrcode(answer.text, wecomCodes, conceal);
      return "ok" in judged ? { kind: "delivered" } : judged.outcome;
    },
  };
}

export function wecomRobotPayload(notifications: readonly Notification[], origin: Origin): object {
  const content = compose(notifications, origin, {
    style: wecomMarkdown,
    limit: maxBytes,
    measure: bytesOf,
    listed: 10,
  });
  return { msgtype: "markdown", markdown: { content } };
}
