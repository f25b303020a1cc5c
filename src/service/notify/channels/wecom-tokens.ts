import { concealer } from "../conceal.ts";
import { call } from "../http.ts";
import type { Outside } from "../options.ts";
import { failed, type Outcome } from "../outcome.ts";
import { judgeErrcode } from "./errcode.ts";
import { fingerprint } from "./gateway.ts";
import { wecomCodes } from "./wecom-codes.ts";

export interface WecomCredentials {
  readonly corpId: string;
  readonly secret: string;
}

/** The access token of an application, or what hinders. `fresh` after one that was refused. */
export interface WecomTokens {
  readonly get: (credentials: WecomCredentials, signal: AbortSignal, fresh: boolean) => Promise<string | Outcome>;
}

/** Renewed so long before its end. */
const marginMs = 300_000;
/** Applications; an inventory has a few, and each rotated secret makes one more. */
const maxKept = 50;

/**
 * Tokens live 7,200 s and asking for them is limited, so they are kept in memory; they are asked for once, however many
 * messages wait for them. Source: https://developer.work.weixin.qq.com/document/path/91039
 */
export function createWecomTokens(outside: Outside): WecomTokens {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  const asked = new Map<string, Promise<string | Outcome>>();

  async function ask(
    key: string,
    { corpId, secret }: WecomCredentials,
    signal: AbortSignal,
  ): Promise<string | Outcome> {
    const conceal = concealer([secret]);
    const address = new URL("/cgi-bin/gettoken", outside.wecomApi);
    address.searchParams.set("corpid", corpId);
    address.searchParams.set("corpsecret", secret);
    const answer = await call(outside, { address, method: "GET", conceal, signal });
    if (!("text" in answer)) return answer;
    const judged = judgeErrcode(answer.text, wecomCodes, conceal);
    if (!("ok" in judged)) return judged.outcome;
    const { access_token: token, expires_in: seconds } = judged.ok;
    if (typeof token !== "string" || token === "") return failed("an answer without access_token");
    const lifeMs = (typeof seconds === "number" ? seconds : 0) * 1000;
    if (kept.size >= maxKept) kept.clear();
    kept.set(key, { token, until: outside.now() + lifeMs - Math.min(marginMs, lifeMs / 2) });
    return token;
  }

  return {
    get: (credentials, signal, fresh) => {
      const key = fingerprint(credentials.corpId, credentials.secret);
      const known = kept.get(key);
      if (!fresh && known !== undefined && outside.now() < known.until) return Promise.resolve(known.token);
      const running = asked.get(key);
      if (running !== undefined) return running;
      const answer = ask(key, credentials, signal).finally(() => asked.delete(key));
      asked.set(key, answer);
      return answer;
    },
  };
}
