// A thread of the store: the one that writes, or the one that searches. What comes in is read and judged here, so that
// the service's own event loop only passes bytes on.

import { parentPort, workerData } from "node:worker_threads";
import { takeBulk } from "./bulk/take.ts";
import { type Evicted, evict } from "./database/evict.ts";
import { keepDatabase } from "./database/keeper.ts";
import { usedBytes, verify } from "./database/open.ts";
import { Unavailable } from "./database/unavailable.ts";
import { takeTraces } from "./otlp/take.ts";
import type { Operation, Operations, StoreState, ThreadSetting, Told } from "./protocol.ts";
import { Refusal } from "./refusal.ts";
import { countLogs, searchLogs } from "./search/logs.ts";
import { overviewOf } from "./search/overview.ts";
import { listServices } from "./search/services.ts";
import { findTrace } from "./search/trace.ts";
import { searchTraces } from "./search/traces.ts";

const setting: ThreadSetting = workerData;
const nothing: StoreState = { records: { logs: 0, spans: 0 }, traces: 0, bytes: 0, failure: undefined };
let state = nothing;

const tell = (told: Told): void => parentPort?.postMessage(told);
const tellEvicted = (evicted: readonly Evicted[]): void => {
  for (const each of evicted) tell({ type: "evicted", ...each });
};
const keeper = keepDatabase({
  ...setting,
  evicted: tellEvicted,
  suspected: () => tell({ type: "suspected" }),
  movedAside: (file, reason) => tell({ type: "moved-aside", file, reason }),
});

const run: { readonly [Kind in Operation]: (input: Operations[Kind]["input"]) => Operations[Kind]["output"] } = {
  takeTraces: (input) => keeper.use((database) => takeTraces(input, { database, nowMs: Date.now() })),
  takeBulk: (input) => keeper.use((database) => takeBulk(input, { database, nowMs: Date.now() })),
  count: ({ stream }) => keeper.use((database) => countLogs(database, stream)),
  services: () => keeper.use(listServices),
  traces: (input) => keeper.use((database) => searchTraces(database, input)),
  trace: ({ id }) => keeper.use((database) => findTrace(database, id)),
  logs: (input) => keeper.use((database) => searchLogs(database, input)),
  overview: (input) => keeper.use((database) => overviewOf(database, input)),
  tidy: () => keeper.use(() => undefined),
  verify: () => keeper.use(verify),
  close: () => {
    keeper.close();
    return undefined;
  },
};
const writing: readonly Operation[] = ["takeTraces", "takeBulk", "tidy"];

parentPort?.on("message", ({ id, kind, input }: { id: number; kind: Operation; input: never }) => {
  try {
    const result = run[kind](input);
    if (writing.includes(kind)) tidyUp(kind !== "tidy");
    parentPort?.postMessage({ id, type: "result", result });
  } catch (error) {
    if (error instanceof Unavailable && setting.role === "writer") tellState({ ...state, failure: error.message });
    parentPort?.postMessage({ id, ...answerTo(error) });
  }
});

/** What was written stays written, whatever becomes of this. Only a write shows that there is room again. */
function tidyUp(hasWritten: boolean): void {
  try {
    keeper.use((database) => {
      tellEvicted(evict(database, { nowMs: Date.now() }));
      const { logs, spans, traces } = database.records;
      tellState({
        records: { logs, spans },
        traces,
        bytes: usedBytes(database),
        failure: hasWritten ? undefined : state.failure,
      });
    });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    tellState({ ...state, failure: error.message });
  }
}

function tellState(next: StoreState): void {
  state = next;
  tell({ type: "state", state });
}

function answerTo(error: unknown): object {
  if (error instanceof Refusal) return { type: "refused", status: error.status, message: error.message };
  if (error instanceof Unavailable) return { type: "unavailable", message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { type: "failed", message, stack: error instanceof Error ? error.stack : undefined };
}
