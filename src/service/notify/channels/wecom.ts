import type { Channel } from "../../../model/model.ts";
import { concealer } from "../conceal.ts";
import { call } from "../http.ts";
import { compose, type Origin } from "../message/compose.ts";
import { bytesOf } from "../message/cut.ts";
import { wecomText } from "../message/style.ts";
import { failed, type Outcome } from "../outcome.ts";
import type { Notification } from "../payload.ts";
import { judgeErrcode } from "./errcode.ts";
import { fingerprint, type Gateway, type Surroundings } from "./gateway.ts";
import { wecomCodes } from "./wecom-codes.ts";
import type { WecomTokens } from "./wecom-tokens.ts";

type Wecom = Extract<Channel, { readonly type: "wecom" }>;

/** Of `text.content`. Source: https://developer.work.weixin.qq.com/document/path/90236 */
const maxBytes = 2048;

/**
 * A member gets at most 30 messages a minute from an application; what is more is dropped without an error.
 * Source: https://developer.work.weixin.qq.com/document/path/90312
 */
const pace = { burst: 15, everyMs: 4_000 };

/** WeCom drops a message that says the same as one of the last minute: a retry after a lost answer is told once. */
const duplicateSeconds = 60;

/** The token is invalid or has expired, which may be before its time; 41001: it was missing. */
const staleToken: ReadonlySet<number | undefined> = new Set([40014, 42001, 41001]);

/** Messages of an application: a text, because the WeChat plug-in shows no markdown. */
export async function wecomGateway(channel: Wecom, surroundings: Surroundings, tokens: WecomTokens): Promise<Gateway> {
  const { outside, readSecret, origin } = surroundings;
  const secret = (await readSecret(channel.secret, [...channel.source, "secret"])).reveal();
  const credentials = { corpId: channel.corpId, secret };
  return {
    lane: fingerprint("wecom", channel.corpId, channel.agentId, secret),
    pace,
    send: async (notifications, signal) => {
      const body = JSON.stringify(wecomPayload(channel, notifications, origin));
      for (const fresh of [false, true]) {
        const token = await tokens.get(credentials, signal, fresh);
        if (typeof token !== "string") return token;
        const sent = await sendOnce({ token, secret, body }, outside, signal);
        if (sent !== "stale token") return sent;
      }
      return failed("a new token is refused as well");
    },
  };
}

export function wecomPayload(
  channel: Pick<Wecom, "agentId" | "toParty" | "toUser">,
  notifications: readonly Notification[],
  origin: Origin,
): object {
  const { agentId, toParty, toUser } = channel;
  const layout = { style: wecomText, limit: maxBytes, measure: bytesOf, listed: 10 };
  return {
    // Without anyone named, all who may see the application are meant.
    ...(toUser === undefined && toParty === undefined ? { touser: "@all" } : {}),
    ...(toUser === undefined ? {} : { touser: toUser }),
    ...(toParty === undefined ? {} : { toparty: toParty }),
    agentid: /^\d{1,15}$/.test(agentId) ? Number(agentId) : agentId,
    msgtype: "text",
    text: { content: compose(notifications, origin, layout) },
    enable_duplicate_check: 1,
    duplicate_check_interval: duplicateSeconds,
  };
}

async function sendOnce(
  { token, secret, body }: { readonly token: string; readonly secret: string; readonly body: string },
  outside: Surroundings["outside"],
  signal: AbortSignal,
): Promise<Outcome | "stale token"> {
  const conceal = concealer([token, secret]);
  const address = new URL("/cgi-bin/message/send", outside.wecomApi);
  address.searchParams.set("access_token", token);
  const answer = await call(outside, { address, method: "POST", body, conceal, signal });
  if (!("text" in answer)) return answer;
  const judged = judgeErrcode(answer.text, wecomCodes, conceal);
  if ("ok" in judged) {
    const unknown = ["invaliduser", "invalidparty", "invalidtag"].flatMap((key) => idsOf(judged.ok[key], conceal));
    return { kind: "delivered", ...(unknown.length === 0 ? {} : { unknown }) };
  }
  return staleToken.has(judged.code) ? "stale token" : judged.outcome;
}

function idsOf(value: unknown, conceal: (text: string) => string): readonly string[] {
  return typeof value === "string" ? value.split("|").filter(Boolean).slice(0, 50).map(conceal) : [];
}
