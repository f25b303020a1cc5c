import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Problem } from "./problem.ts";

/** Another service that this one calls, by HTTP and JSON. */
export interface Upstream {
  readonly name: string;
  /**
   * Answers of 2xx come back; 4xx are thrown as a Problem of the same status, since they are the caller's to correct.
   * What is the upstream's fault is a Problem of 502, and one of 504 where it did not answer in time.
   */
  call(path: string, call?: Call): Promise<Answer>;
}

export interface Call {
  /** Default GET. */
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
  /** Makes a POST safe to repeat: the upstream does it once for each key. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface UpstreamOptions {
  readonly name: string;
  readonly url: string;
  /** For the whole call, with its second attempt. */
  readonly timeoutMs: number;
}

/** Each call earns a tenth of a second attempt: an outage is met with 10% more requests and not with twice as many. */
const retriesPerCall = 0.1;
const mostRetries = 10;

export function createUpstream({ name, url, timeoutMs }: UpstreamOptions): Upstream {
  let retries = mostRetries;
  return {
    name,
    async call(path, call = {}) {
      retries = Math.min(mostRetries, retries + retriesPerCall);
      const deadline = AbortSignal.timeout(timeoutMs);
      const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
      const attempt = (): Promise<Outcome> => send(name, new URL(path, url), { ...call, signal });
      const repeatable = (call.method ?? "GET") === "GET" || call.idempotencyKey !== undefined;

      let outcome = await attempt();
      if ("problem" in outcome && outcome.passing && repeatable && retries >= 1) {
        retries -= 1;
        await sleep(20 + Math.random() * 80);
        outcome = await attempt();
      }
      if ("problem" in outcome) throw outcome.problem;
      return outcome;
    },
  };
}

/**
 * `passing`: another attempt may well succeed. Not so after 500, nor after 502 and 504, with which a service says that
 * it has already tried what is behind it: if each of three layers tried twice, the last one would get eight requests.
 */
type Outcome = Answer | { readonly problem: Problem; readonly passing: boolean };
type Sending = Call & { readonly signal: AbortSignal };

async function send(name: string, url: URL, sending: Sending): Promise<Outcome> {
  const failed = (status: number, detail: string, passing: boolean, cause?: unknown): Outcome => ({
    problem: new Problem(status, `${name} ${detail}`, { upstream: name, cause }),
    passing,
  });
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, requestOf(sending));
    text = await response.text();
  } catch (cause) {
    if (sending.signal.aborted) return failed(504, "did not answer in time", false, cause);
    return failed(502, "cannot be reached", true, cause);
  }
  const { status } = response;
  if (status === 504) return failed(504, "waited in vain for a service behind it", false);
  if (status >= 500) return failed(502, `answered with status ${status}`, status === 503);
  const body = parse(text);
  if (status >= 400) return { problem: refusal(status, body), passing: false };
  return body === undefined ? failed(502, "answered with something that is not JSON", false) : { status, body };
}

function requestOf({ method = "GET", body, idempotencyKey, signal }: Sending): RequestInit {
  return {
    method,
    signal,
    redirect: "error",
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const saidSchema = z.looseObject({ detail: z.string() }).catch({ detail: "the request was refused" });

/** What the upstream said about the request, in its own words. */
function refusal(status: number, answer: unknown): Problem {
  const { detail, ...members } = saidSchema.parse(answer);
  return new Problem(status, detail, members);
}
