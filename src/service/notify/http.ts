import type { Outside } from "./options.ts";
import { failed, type Outcome, refused } from "./outcome.ts";

/** More than any gateway has to say. */
const maxAnswerBytes = 64 * 1024;
/** A gateway that wants longer silence is asked after this time nevertheless. */
export const maxPauseMs = 15 * 60_000;

export interface Call {
  readonly address: URL;
  readonly method: "GET" | "POST";
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Makes the gateway's words fit to be told. */
  readonly conceal: (text: string) => string;
}

/** A 2xx answer with its text; everything else is an outcome already. */
export type Answered = { readonly text: string } | Outcome;

/**
 * One call. Redirects are not followed, for they would carry the message, and the secret in the address, to a host that
 * the inventory does not name. Errors are told by their code alone, since their texts hold addresses.
 */
export async function call(outside: Pick<Outside, "fetch" | "now">, what: Call): Promise<Answered> {
  try {
    const { address, authorization } = withoutUser(what.address);
    const response = await outside.fetch(address, {
      method: what.method,
      redirect: "manual",
      headers: {
        ...(what.body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
        ...authorization,
        ...what.headers,
      },
      ...(what.body === undefined ? {} : { body: what.body }),
      signal: what.signal,
    });
    const bad = judgeStatus(response, outside.now());
    const text = await readStart(response);
    if (bad !== undefined) return bad(what.conceal(text));
    return { text };
  } catch (error) {
    return failed(reasonOf(error));
  }
}

/** The answer as an object; undefined where it is none. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function judgeStatus(response: Response, now: number): ((text: string) => Outcome) | undefined {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400)
    return () => refused(`status ${status}`, "it redirects, which is not followed: write the final address");
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    return (text) => failed(`status ${status}`, text, retryAfter(headers.get("retry-after"), now));
  return (text) => refused(`status ${status}`, text);
}

/** Milliseconds; seconds or a date. Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxPauseMs);
}

/** The start of the body; the rest is not read. */
async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (bytes < maxAnswerBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

/** fetch takes no address with user and password in it. */
function withoutUser(address: URL): {
  readonly address: URL;
  readonly authorization: Readonly<Record<string, string>>;
} {
  if (address.username === "" && address.password === "") return { address, authorization: {} };
  const bare = new URL(address);
  bare.username = "";
  bare.password = "";
  const user = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  return { address: bare, authorization: { authorization: `Basic ${Buffer.from(user).toString("base64")}` } };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no connection";
  if (error.name === "TimeoutError") return "no answer in time";
  if (error.name === "AbortError") return "broken off";
  if (!(error.cause instanceof Error)) return "no connection";
  // Ports of mail, X and the like, which no client for the web asks: https://fetch.spec.whatwg.org/#bad-port
  if (error.cause.message === "bad port") return "a port on which no web server may answer";
  const cause = "code" in error.cause ? error.cause.code : undefined;
  return typeof cause === "string" && /^[A-Z0-9_]{1,60}$/.test(cause) ? `no connection (${cause})` : "no connection";
}
