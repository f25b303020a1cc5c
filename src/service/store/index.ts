import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Router } from "express";
import type { Registry } from "prom-client";
import { version } from "../../io/version.ts";
import type { Log } from "../log.ts";
import { apiRouter, countRouter } from "./api/router.ts";
import { createCounts } from "./counts.ts";
import { ingestRouter } from "./ingest/router.ts";
import { defaultLimits, defaultMemoryBytes, queueLimits, type StoreLimits } from "./limits.ts";
import { registerStore } from "./metrics.ts";
import { pagesRouter } from "./pages/router.ts";
import type { StoreState, ThreadSetting, Told } from "./protocol.ts";
import type { Ask } from "./questions.ts";
import { createThread } from "./thread.ts";

/** How the store is to be. What is left out is as in `limits.ts`. */
export interface StoreOptions {
  /** Where the database lies; undefined: in memory, gone with the process. */
  readonly directory: string | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly maxRecords?: number | undefined;
}

/** The embedded store of recent traces and log lines. */
export interface Store {
  /** What takes in records, by POST. */
  readonly ingest: Router;
  /** What shows them, by GET. */
  readonly views: Router;
  readonly state: () => StoreState;
  readonly limits: StoreLimits;
  /** Where the database lies; undefined in memory. */
  readonly file: string | undefined;
  /** Closes the database. */
  readonly end: () => Promise<void>;
}

/** How often what is too old is thrown away while nothing comes in. */
const tidyMs = 60_000;

/**
 * Makes the store. It costs nothing before it is used: its threads start, and its files are made, with the first record
 * or search; at once where there is a database already, so that its figures are known.
 */
export function createStore(
  { directory, ...asked }: StoreOptions,
  { script, registry, log }: { readonly script: URL; readonly registry: Registry; readonly log: Log },
): Store {
  const file = directory === undefined ? undefined : join(resolve(directory), "store.sqlite");
  const limits: StoreLimits = {
    maxBytes: asked.maxBytes ?? (file === undefined ? defaultMemoryBytes : defaultLimits.maxBytes),
    maxAgeMs: asked.maxAgeMs ?? defaultLimits.maxAgeMs,
    maxRecords: asked.maxRecords ?? defaultLimits.maxRecords,
  };
  const counts = createCounts();
  registerStore(registry, counts, limits);

  const failed = (message: string, stack: string | undefined): void =>
    log.error("the store failed", { "error.message": message, "error.stack_trace": stack });
  const told = (what: Told): void => {
    switch (what.type) {
      case "state":
        if (what.state.failure !== undefined && counts.state().failure === undefined)
          log.error("the store cannot write; senders are told to try again", { "error.message": what.state.failure });
        if (what.state.failure === undefined && counts.state().failure !== undefined)
          log.info("the store writes again");
        counts.setState(what.state);
        break;
      case "evicted":
        counts.evicted(what.signal, what.reason, what.records);
        break;
      case "suspected":
        writer.ask("verify", undefined).catch(() => undefined);
        break;
      case "moved-aside":
        log.error("the store's database could not be used; it was moved aside and a new one made", {
          file: what.file,
          "error.message": what.reason,
        });
        reader?.restart();
        break;
    }
  };
  const threadOf = (role: ThreadSetting["role"], maxWaiting: number): ReturnType<typeof createThread> =>
    createThread({ script, setting: { file, role, limits }, maxWaiting, told, failed });
  const writer = threadOf("writer", queueLimits.requests + queueLimits.searches);
  // In memory there is one connection, so one thread does both.
  const reader = file === undefined ? undefined : threadOf("reader", queueLimits.searches);

  /** The writer makes the database that the reader reads; one that cannot be written can still be read. */
  let isMade: Promise<unknown> | undefined;
  const ask: Ask = async (kind, input) => {
    isMade ??= writer.ask("tidy", undefined).catch(() => {
      isMade = undefined;
    });
    await isMade;
    return (reader ?? writer).ask(kind, input);
  };
  const tidy = (): void => void writer.ask("tidy", undefined).catch(() => undefined);
  if (file !== undefined && existsSync(file)) tidy();
  const timer = setInterval(() => {
    if (writer.isStarted()) tidy();
  }, tidyMs);
  timer.unref();

  return {
    ingest: ingestRouter(writer, counts),
    views: Router()
      .use("/api/v1", apiRouter(ask))
      .use(countRouter(ask))
      .use(pagesRouter({ ask, state: counts.state, limits, version })),
    state: counts.state,
    limits,
    file,
    end: async () => {
      clearInterval(timer);
      await reader?.end();
      await writer.end();
    },
  };
}
