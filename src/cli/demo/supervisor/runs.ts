import { lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endGroups, type Leader } from "./groups.ts";
import { processFacts } from "./process-facts.ts";
import { readState, type State, writeState } from "./state-file.ts";

/** A run that has the place to itself. */
export interface Run {
  /** Holds everything that the run writes; goes with it. */
  readonly folder: string;
  /** Writes down what was started, before anything else happens. */
  readonly record: (state: Omit<State, "schema" | "owner">) => void;
  /** Removes the folder, when all is ended. */
  readonly remove: () => void;
}

/** Why there is no run. */
export type Refusal =
  | { readonly because: "running"; readonly owner: Leader; readonly address: string | undefined }
  | { readonly because: "not-ours"; readonly message: string };

/** What was left by a run that was killed, and is gone now. */
export interface Leftover {
  readonly processes: readonly string[];
}

const stateName = "state.json";
/** So long a run may take from its folder to its first record. */
const patienceMs = 2_000;

/**
 * Takes a folder for a run, one at a time for each folder. What a killed run left there is ended and removed first. The
 * folder itself is the lock: it is made in one step, and is there as long as the run.
 */
export async function takeRun(
  folder: string,
  name: string,
): Promise<{ readonly run: Run; readonly leftover: Leftover | undefined } | { readonly refusal: Refusal }> {
  let leftover: Leftover | undefined;
  for (;;) {
    if (make(folder)) return { run: begin(folder, name), leftover };
    const stranger = whyNotOurs(folder);
    if (stranger !== undefined) return { refusal: { because: "not-ours", message: stranger } };
    const state = await stateOf(folder);
    if (state !== undefined && isAlive(state.owner))
      return { refusal: { because: "running", owner: state.owner, address: state.address } };
    const started = state?.started ?? [];
    await endGroups(started, { folder, patienceMs: 5_000 });
    clear(folder);
    leftover = { processes: started.map((each) => each.name) };
  }
}

function make(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function begin(folder: string, name: string): Run {
  const file = join(folder, stateName);
  const owner = { name, pid: process.pid, startedAt: processFacts(process.pid)?.startedAt ?? "" };
  const record: Run["record"] = (state) => writeState(file, { schema: 1, owner, ...state });
  record({ started: [] });
  return { folder, record, remove: () => clear(folder) };
}

/** Tries again where a process that was ended this moment has still written something. */
function clear(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Anybody may make folders where temporary ones are: what we end and remove things by must be our own. */
function whyNotOurs(folder: string): string | undefined {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  if (!facts.isDirectory()) return `${folder} is there, and is no folder`;
  return facts.uid === process.getuid?.() ? undefined : `${folder} belongs to another user`;
}

async function stateOf(folder: string): Promise<State | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = readState(join(folder, stateName));
    // A run that began this moment has a folder, and no state yet.
    if (state !== undefined || performance.now() > deadline) return state;
    await sleep(50);
  }
}

function isAlive({ pid, startedAt }: Leader): boolean {
  const facts = processFacts(pid);
  return facts !== undefined && !facts.isZombie && facts.startedAt === startedAt;
}
