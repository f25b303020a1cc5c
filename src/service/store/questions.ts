import type { Operations } from "./protocol.ts";

/** What searches ask. */
export type Question = Exclude<keyof Operations, "takeTraces" | "takeBulk" | "tidy" | "verify" | "close">;

/** Asks the store. Rejects with `NotAnswered`. */
export type Ask = <Kind extends Question>(
  kind: Kind,
  input: Operations[Kind]["input"],
) => Promise<Operations[Kind]["output"]>;
