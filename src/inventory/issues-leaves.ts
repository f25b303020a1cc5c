import type { z } from "zod";
import type { Path } from "../diagnostics/path.ts";
import { own } from "./issues-schema.ts";

type Issue = z.core.$ZodIssue;

/** One mistake, with its full path; of unions, the mistake in the branch that was meant. */
export interface Leaf {
  readonly issue: Issue;
  readonly path: Path;
  /** What is wrong is the last key of the path. */
  readonly inKey: boolean;
}

/**
 * The mistakes behind an issue. A union reports each branch: the one that got deepest is the one that the author
 * meant. Where no branch stands out, the union itself is the mistake.
 */
export function leavesOf(issue: Issue, input: unknown, base: Path = []): readonly Leaf[] {
  const path = [...base, ...issue.path.filter((step) => typeof step !== "symbol")];
  if (issue.code === "invalid_key") {
    const [first] = issue.issues;
    return [{ issue: first ?? issue, path, inKey: true }];
  }
  const itself: Leaf = { issue, path, inKey: false };
  if (issue.code !== "invalid_union" || issue.errors.length === 0 || issue.message === "literal-secret")
    return [itself];
  const branches = issue.errors.map((errors) => errors.flatMap((error) => leavesOf(error, input, path)));
  const scored = branches.map((leaves) => ({ leaves, score: score(leaves, path.length, input) }));
  const best = Math.max(...scored.map((branch) => branch.score));
  const meant = scored.filter((branch) => branch.score === best).map((branch) => branch.leaves);
  const [first] = meant;
  if (first === undefined || best < 0) return [itself];
  if (meant.length === 1) return first;
  // Several maps of which none was meant more than the others: only their unknown keys are surely wrong.
  const unknown = first.filter((leaf) => leaf.issue.code === "unrecognized_keys");
  return unknown.length > 0 ? unknown : [itself];
}

/** True where nothing stands at a path. */
export function isAbsent(input: unknown, path: Path): boolean {
  let value = input;
  for (const step of path) value = own(value, step);
  return value === undefined;
}

/** How much of the value a branch took before it refused; below zero where it wants another type altogether. */
function score(leaves: readonly Leaf[], depth: number, input: unknown): number {
  let deepest = 0;
  let unknown = 0;
  for (const { issue, path, inKey } of leaves) {
    const below = path.length - depth;
    if (below === 0 && (issue.code === "invalid_type" || issue.message === "literal-secret")) return -1;
    if (issue.code === "unrecognized_keys") unknown += issue.keys.length;
    deepest = Math.max(deepest, isAbsent(input, path) && !inKey ? below - 1 : below);
  }
  return deepest * 1000 + 500 - Math.min(unknown * 10 + leaves.length, 499);
}
