import type { Results } from "./results.ts";

/** Answers of 2xx; others are counted as errors and thrown. */
export interface Requests {
  get(step: string, path: string, planned?: number): Promise<unknown>;
  post(step: string, path: string, send: { readonly body: unknown; readonly key?: string }): Promise<unknown>;
}

/** A request that failed, and has been counted already. */
export class RequestFailed extends Error {}

const timeoutMs = 5000;

export function createRequests({
  target,
  results,
  signal,
}: {
  target: URL;
  results: Results;
  signal: AbortSignal;
}): Requests {
  async function send(
    step: string,
    path: string,
    { planned, ...init }: RequestInit & { planned?: number },
  ): Promise<unknown> {
    const started = planned ?? performance.now();
    const patience = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(new URL(path, target), { ...init, signal: AbortSignal.any([patience, signal]) });
      const text = await response.text();
      if (!response.ok) throw new Refused(`status ${response.status}`);
      results.ok(step, performance.now() - started);
      return JSON.parse(text);
    } catch (error) {
      // Whoever ends the run breaks requests off: that is not the service's doing.
      if (!signal.aborted)
        results.failed(step, performance.now() - started, patience.aborted ? "timeout" : reasonOf(error));
      throw new RequestFailed(step);
    }
  }

  return {
    get: (step, path, planned) => send(step, path, planned === undefined ? {} : { planned }),
    post: (step, path, { body, key }) =>
      send(step, path, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
        body: JSON.stringify(body),
      }),
  };
}

class Refused extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (!(error instanceof Error)) return "failed";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}
