import { setTimeout as sleep } from "node:timers/promises";

/** Why something did not come about in time: the last reason that was seen. */
export class NotInTime extends Error {
  override readonly name = "NotInTime";
}

/** Asks until there is a result; a string says why there is none yet. Rejects with `NotInTime`, or when it is aborted. */
export async function until<Result extends object>(
  attempt: () => Promise<Result | string>,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Result> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const result = await attempt().catch((error: unknown) => reasonOf(error));
    signal.throwIfAborted();
    if (typeof result !== "string") return result;
    if (performance.now() > deadline) throw new NotInTime(result);
    await sleep(250, undefined, { signal });
  }
}

/** What a request answered, as text; rejects where that is no success. */
export async function ask(url: string, options: RequestInit = {}): Promise<string> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(5_000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.trim().slice(0, 200)}`);
  return text;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
