import type { z } from "zod";
import type { Path } from "../diagnostics/path.ts";

/** What of an inventory can be used in spite of mistakes, and where something was left out. */
export interface Pruned {
  readonly value: unknown;
  readonly removed: readonly Path[];
}

/**
 * A copy without the values that issues are about, so that the rest can still be checked in the same run. Lists are
 * left out whole, because the indexes of their items appear in later problems.
 */
export function prune(value: unknown, issues: readonly z.core.$ZodIssue[]): Pruned {
  const copy: unknown = structuredClone(value);
  const removed = issues.flatMap((issue) => placesOf(copy, issue)).filter((path) => path.length > 0);
  for (const path of removed) remove(copy, path);
  return { value: copy, removed };
}

function placesOf(root: unknown, issue: z.core.$ZodIssue): readonly Path[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => outsideLists([...path, key]));
  const exists = at(root, path) !== undefined;
  return [outsideLists(exists ? path : path.slice(0, -1))];
}

function outsideLists(path: Path): Path {
  const index = path.findIndex((step) => typeof step === "number");
  return index < 0 ? path : path.slice(0, index);
}

function at(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

function remove(root: unknown, path: Path): void {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent === "object" && parent !== null && key !== undefined) Reflect.deleteProperty(parent, key);
}
