import { type Ports, shownAlert } from "./inventory.ts";
import type { Receiver } from "./receiver.ts";
import {
  alertsPage,
  arrived,
  endFault,
  faultSeconds,
  firing,
  injectFault,
  lineOf,
  livePage,
  wholeTrace,
} from "./sights.ts";
import { NotInTime, until } from "./waiting.ts";

/** Something that a demo shows. */
export interface Shown {
  readonly id: "page" | "trace" | "log" | "alert" | "notification";
  /** What was seen, in one line. */
  readonly text: string;
  /** Where it can be looked at. */
  readonly link: string;
}

/** What was not seen, although all that it needs is here. */
export interface Missed {
  readonly id: Shown["id"];
  readonly reason: string;
}

interface ProofOptions {
  readonly ports: Ports;
  readonly receiver: Receiver;
  readonly hasAlerting: boolean;
  /** Seconds for all of it. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly shown: (shown: Shown) => void;
  readonly doing: (text: string) => void;
}

/** What the store shows is there within seconds, or not at all: the alert must not have to wait for it. */
const ofStore: readonly Shown["id"][] = ["page", "trace", "log"];
const storeSeconds = 25;

/**
 * Waits for each thing that the demo promises and tells it as it becomes true. Resolves with what did not come in time;
 * rejects only when it is aborted.
 */
export async function prove(options: ProofOptions): Promise<readonly Missed[]> {
  const { ports, hasAlerting, signal, shown, doing } = options;
  const store = `http://127.0.0.1:${ports.exporter}`;
  const deadline = performance.now() + options.seconds * 1000;
  const missed: Missed[] = [];
  const step = async <Result extends object>(
    id: Shown["id"],
    attempt: () => Promise<Result | string>,
    tell: (result: Result) => Omit<Shown, "id">,
  ): Promise<Result | undefined> => {
    const left = (deadline - performance.now()) / 1000;
    const seconds = Math.max(1, ofStore.includes(id) ? Math.min(left, storeSeconds) : left);
    try {
      const result = await until(attempt, { seconds, signal });
      shown({ id, ...tell(result) });
      return result;
    } catch (error) {
      if (!(error instanceof NotInTime)) throw error;
      missed.push({ id, reason: error.message });
      return undefined;
    }
  };

  await step(
    "page",
    () => livePage(store),
    (seen) => ({
      text: `a page with live figures: who calls whom, ${seen.perSecond} calls between services each second`,
      link: seen.link,
    }),
  );
  const trace = await step(
    "trace",
    () => wholeTrace(store),
    (seen) => ({
      text: `one trace over ${seen.services.join(", ")}: ${seen.name}, ${seen.spans} spans, ${Math.round(seen.duration_ms)} ms`,
      link: `${store}/traces/${seen.trace_id}`,
    }),
  );
  if (trace === undefined) missed.push({ id: "log", reason: "there is no trace whose lines could be asked for" });
  else
    await step(
      "log",
      () => lineOf(store, trace.trace_id),
      (seen) => ({
        text: `a log line found by its trace.id ${trace.trace_id}: ${seen.service} says "${seen.message}"`,
        link: `${store}/logs?trace_id=${trace.trace_id}`,
      }),
    );
  if (!hasAlerting) return missed;
  const refusal = await injectFault(ports.order).then(() => undefined, String);
  if (refusal !== undefined) {
    const reason = `no fault could be injected: ${refusal}`;
    return [...missed, { id: "alert", reason }, { id: "notification", reason }];
  }
  doing(`injected a fault: for ${faultSeconds} s the service order answers two of three requests with 500`);
  const link = await alertsPage(ports.prometheus);
  const text = `the alert ${shownAlert.name} of order fires in Prometheus`;
  const fired = await step(
    "alert",
    () => firing(ports.prometheus),
    () => ({ text, link }),
  );
  if (fired === undefined) missed.push({ id: "notification", reason: "the alert did not fire" });
  else {
    doing("Alertmanager waits 30 s for more of the same before it tells anybody");
    await step(
      "notification",
      async () => arrived(options.receiver),
      (seen) => ({
        text: `it reached the receiver by Alertmanager and the bridge, at ${seen.at.toISOString()}`,
        link: `http://127.0.0.1:${ports.receiver}/`,
      }),
    );
  }
  // It ends by itself too.
  await endFault(ports.order).catch(() => undefined);
  return missed;
}
