import { readdirSync, readFileSync } from "node:fs";

/** A running process. */
export interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Name of its program, at most 15 characters. */
  readonly program: string;
}

/** The processes that a `/proc` shows; those that have ended and were not collected yet are left out. */
export function processesOf(proc: string): readonly Running[] {
  return readdirSync(proc).flatMap((name) => (/^\d+$/.test(name) ? (processOf(proc, Number(name)) ?? []) : []));
}

/** One process; undefined where it does not run. */
export function processOf(proc: string, pid: number): Running | undefined {
  let text: string;
  try {
    text = readFileSync(`${proc}/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name of the program stands in brackets and may hold anything, brackets too.
  const end = text.lastIndexOf(")");
  const [state, parent, , session] = text.slice(end + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  const program = text.slice(text.indexOf("(") + 1, end);
  return { pid, parent: Number(parent), session: Number(session), program };
}
