import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { fileErrorText, isFileError } from "../../io/file-error.ts";
import { type Digests, digestsOf } from "../../io/inventory-digest.ts";
import type { Log } from "../log.ts";
import { type Generation, generationOf } from "./files.ts";
import type { InventoryReader } from "./reader.ts";
import type { Facts, Snapshot } from "./snapshot.ts";

/** What is known of the inventory now. Times are milliseconds since 1970. */
export interface InventoryState {
  readonly file: string;
  /** The last judgement; undefined before the first one. */
  readonly snapshot: Snapshot | undefined;
  /** Of the last inventory without errors; undefined until there is one. */
  readonly facts: Facts | undefined;
  /** When these facts came in force. */
  readonly factsSinceMs: number | undefined;
  /** When the file was last read and judged, changed or not. */
  readonly lastReadMs: number | undefined;
  /** Why it cannot be read or judged just now. */
  readonly failure: string | undefined;
  readonly digest: string | undefined;
  readonly generation: Generation | undefined;
}

/** Keeps the inventory: reads it now, every minute, and when its file changes. */
export interface InventoryKeeper {
  readonly state: () => InventoryState;
  /** Looks at the file now; what changed is in force when it resolves. */
  readonly refresh: () => Promise<void>;
  /** Looks every minute and on changes from now on. */
  readonly follow: () => void;
  readonly end: () => void;
}

const everyMs = 60_000;
/** Editors save in several steps. */
const quietMs = 250;

/** Whether the facts in force are those of the file as it is now. */
export function isCurrent(state: InventoryState): boolean {
  return state.failure === undefined && state.snapshot !== undefined && state.snapshot.errors === 0;
}

/** A keeper that has read nothing yet. */
export function keepInventory(
  file: string,
  { read, log, now = Date.now }: { readonly read: InventoryReader; readonly log: Log; readonly now?: () => number },
): InventoryKeeper {
  let state: InventoryState = {
    ...{ file, snapshot: undefined, facts: undefined, factsSinceMs: undefined, lastReadMs: undefined },
    ...{ failure: undefined, digest: undefined, generation: undefined },
  };
  let judged: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let running: Promise<void> | undefined;
  let hasEnded = false;

  const fail = (failure: string): void => {
    if (hasEnded) return;
    // Before there is anything to serve, whoever starts the service is told.
    if (state.failure !== failure && state.snapshot !== undefined)
      log.error("the inventory cannot be read", { "file.path": file, "error.message": failure });
    judged = undefined;
    state = { ...state, failure };
  };
  const take = (snapshot: Snapshot, { inventory }: Digests): void => {
    const { facts, errors, warnings } = snapshot;
    const fields = { "file.path": file, errors, warnings };
    if (facts === undefined) {
      const [first] = snapshot.problems;
      const at = first === undefined ? undefined : `${first.file}:${first.line}:${first.column} ${first.message}`;
      log.error("the inventory has errors; the last good one stays in force", { ...fields, first: at });
    } else log.info("the inventory is in force", { ...fields, targets: facts.discovery[0].all.targets });
    state = {
      ...state,
      snapshot,
      facts: facts ?? state.facts,
      factsSinceMs: facts === undefined ? state.factsSinceMs : now(),
      digest: inventory,
    };
  };
  /** With the globs of what was just read; undefined where the file changed meanwhile, so that the next look reads again. */
  const digestWith = async (globs: readonly string[], before: Digests): Promise<string | undefined> => {
    const after = await digestsOf(file, globs);
    return after.inventory === before.inventory ? after.all : undefined;
  };
  const look = async (): Promise<void> => {
    try {
      state = { ...state, generation: await generationOf(file) };
      const digests = await digestsOf(file, state.snapshot?.globs ?? []);
      if (digests.all !== judged) {
        const reply = await read(file);
        if (reply.type === "unreadable") return fail(reply.reason);
        take(reply.snapshot, digests);
        judged = await digestWith(reply.snapshot.globs, digests);
      }
      state = { ...state, lastReadMs: now(), failure: undefined };
    } catch (error) {
      fail(isFileError(error) ? fileErrorText(error, file) : String(error));
    }
  };
  const refresh = (): Promise<void> => {
    const after = (running ?? Promise.resolve()).then(look);
    running = after;
    return after;
  };
  return {
    state: () => state,
    refresh,
    follow: () => {
      timer = setInterval(() => void refresh(), everyMs);
      const name = basename(file);
      try {
        watcher = watch(dirname(file), { persistent: false }, (_event, changed) => {
          if (changed !== null && changed !== name) return;
          clearTimeout(quiet);
          quiet = setTimeout(() => void refresh(), quietMs);
        });
        watcher.on("error", () => watcher?.close());
      } catch {
        // Without notices of the kernel the minute has to do.
      }
    },
    end: () => {
      hasEnded = true;
      clearInterval(timer);
      clearTimeout(quiet);
      watcher?.close();
    },
  };
}
