import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { z } from "zod";
import { isAbsent } from "./absent.ts";

const leader = z.strictObject({ name: z.string(), pid: z.int().positive(), startedAt: z.string() });

const state = z.strictObject({
  schema: z.literal(1),
  /** The process that started the others. */
  owner: leader,
  /** Where it can be looked at, once it can be. */
  address: z.string().optional(),
  /** All that was started, or was about to be. */
  started: z.array(leader),
});

/** What a run leaves for the next one, should it be killed. */
export type State = z.infer<typeof state>;

/** Undefined where there is none, or where what is there is no state: then nothing is known, and nothing is ended. */
export function readState(file: string): State | undefined {
  try {
    return state.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Replaces the file as a whole; it is on disk when this returns. */
export function writeState(file: string, value: State): void {
  const next = `${file}.next`;
  const descriptor = openSync(next, "w", 0o600);
  try {
    writeSync(descriptor, JSON.stringify(value));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
}
