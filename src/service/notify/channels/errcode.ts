import { jsonObject } from "../http.ts";
import { failed, type Outcome, refused } from "../outcome.ts";

/** What the error codes of a gateway mean that answers 200 to everything. */
export interface Codes {
  /** Its own trouble: worth another try. */
  readonly busy: ReadonlySet<number>;
  /** Too many messages: worth another try after the pause. */
  readonly limited: ReadonlySet<number>;
}

/** How long a gateway is left alone that says there are too many messages; both count by the minute. */
const pauseMs = 60_000;

export type Judged =
  | { readonly ok: Readonly<Record<string, unknown>> }
  | { readonly code: number | undefined; readonly outcome: Outcome };

/** Reads `{ errcode, errmsg }`; codes that are neither busy nor limited do not get better by themselves. */
export function judgeErrcode(text: string, codes: Codes, conceal: (text: string) => string): Judged {
  const answer = jsonObject(text);
  const code = answer?.["errcode"];
  if (answer === undefined || typeof code !== "number")
    return { code: undefined, outcome: failed("an answer without errcode", conceal(text)) };
  if (code === 0) return { ok: answer };
  const said = typeof answer["errmsg"] === "string" ? conceal(answer["errmsg"]) : undefined;
  if (codes.limited.has(code)) return { code, outcome: failed(`errcode ${code}`, said, pauseMs) };
  return { code, outcome: codes.busy.has(code) ? failed(`errcode ${code}`, said) : refused(`errcode ${code}`, said) };
}
