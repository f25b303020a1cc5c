import type { Facts } from "../inventory/snapshot.ts";
import type { Log } from "../log.ts";
import { type Observation, observe } from "./questions.ts";

/** What the Prometheus servers of the inventory said last. */
export interface Observations {
  /** Of the first server that answers; undefined while none does. */
  readonly latest: Observation | undefined;
  readonly servers: readonly ServerState[];
}

export type ServerState =
  | { readonly instance: string; readonly type: "answers"; readonly atMs: number }
  | { readonly instance: string; readonly type: "silent"; readonly reason: string }
  | { readonly instance: string; readonly type: "unasked" };

/** Asks the Prometheus servers in the background, never within a request. */
export interface Observer {
  readonly observations: () => Observations;
  /** Asks every server once. */
  readonly refresh: () => Promise<void>;
  /** Asks from now on every 30 seconds. */
  readonly follow: () => void;
  readonly end: () => void;
}

const everyMs = 30_000;
/** What was seen longer ago is unknown now. */
const validMs = 120_000;

/** An observer that has asked nobody yet. `mayAsk: false` never asks: the addresses of a demo are not ours. */
export function observePrometheus(
  facts: () => Facts | undefined,
  { log, mayAsk, now = Date.now }: { readonly log: Log; readonly mayAsk: boolean; readonly now?: () => number },
): Observer {
  let timer: NodeJS.Timeout | undefined;
  let known = new Map<string, Answer>();
  let running: Promise<void> | undefined;

  const refreshNow = async (): Promise<void> => {
    const current = facts();
    if (current === undefined || !mayAsk) return;
    const answers = await Promise.all(
      current.prometheus.map(async (server): Promise<readonly [string, Answer]> => {
        const { instance } = server;
        const before = known.get(instance);
        try {
          const observation = await observe(current, { server, by: instance, now });
          if (before?.reason !== undefined) log.info("a Prometheus server answers again", { server: instance });
          return [instance, { observation, reason: undefined }];
        } catch (error) {
          const reason = reasonOf(error);
          if (before?.reason === undefined)
            log.warn("a Prometheus server does not answer", { server: instance, "error.message": reason });
          return [instance, { observation: before?.observation, reason }];
        }
      }),
    );
    known = new Map(answers);
  };
  const refresh = (): Promise<void> => {
    running ??= refreshNow().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    observations: () => {
      const names = (facts()?.prometheus ?? []).map(({ instance }) => instance);
      const fresh = names.flatMap((name) => {
        const observation = known.get(name)?.observation;
        return observation !== undefined && now() - observation.atMs < validMs ? [observation] : [];
      });
      const answering = fresh.find(({ by }) => known.get(by)?.reason === undefined);
      return { latest: answering ?? fresh[0], servers: names.map((name) => stateOf(name, known.get(name))) };
    },
    refresh,
    follow: () => {
      void refresh();
      timer = setInterval(() => void refresh(), everyMs);
      timer.unref();
    },
    end: () => clearInterval(timer),
  };
}

interface Answer {
  readonly observation: Observation | undefined;
  /** Why the last question had no answer. */
  readonly reason: string | undefined;
}

function stateOf(instance: string, answer: Answer | undefined): ServerState {
  if (answer === undefined) return { instance, type: "unasked" };
  if (answer.reason !== undefined) return { instance, type: "silent", reason: answer.reason };
  return { instance, type: "answers", atMs: answer.observation?.atMs ?? 0 };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "ZodError" || error instanceof SyntaxError) return "what it answered is not Prometheus' API";
  return error.message;
}
