import type { z } from "zod";
import type { Path } from "../diagnostics/path.ts";
import type { Problem } from "../diagnostics/problem.ts";
import { problemsOf } from "../inventory/issues.ts";
import { prune } from "../inventory/prune.ts";
import { type Inventory, inventorySchema } from "../inventory/schema/index.ts";
import type { KindSchema } from "../inventory/schema/services.ts";
import { type Acceptance, accepted } from "./accept.ts";
import { checkModel } from "./checks/index.ts";
import type { KindFacts, Written } from "./context.ts";
import { withoutFollowUps } from "./follow-up.ts";
import type { Model } from "./model.ts";
import { resolveModel } from "./resolve/index.ts";

/** What comes out of an inventory. The model is there where nothing is wrong with severity error. */
export interface Compiled {
  readonly model: Model | undefined;
  /** Accepted warnings are not among them. */
  readonly problems: readonly Problem[];
  readonly accepted: readonly Acceptance[];
}

/** Mistakes hide one another: each round leaves out what is wrong, until the rest has the right form. */
const maxRounds = 20;

/** Checks an inventory, as it was read from YAML, and makes the model of it. Everything that is wrong is told in one run. */
export function compile(raw: unknown, kinds: readonly (KindSchema & KindFacts)[]): Compiled {
  const schema = inventorySchema(kinds);
  const first = schema.safeParse(raw);
  const formal = first.success ? [] : problemsOf(first.error.issues, raw, { schema });
  const usable = first.success
    ? { inventory: first.data, raw, removed: [] }
    : usablePart(schema, raw, first.error.issues);
  if (usable === undefined) return { model: undefined, problems: formal, accepted: [] };
  const written = writtenIn(raw, usable.raw);
  const { model, problems } = resolveModel(usable.inventory, kinds, written);
  const found = [...problems, ...checkModel({ model, kinds: new Map(kinds.map((kind) => [kind.id, kind])), written })];
  const own = withoutFollowUps(found, usable.removed);
  const { left, acceptances } = accepted([...formal, ...own], raw);
  const whole = first.success && !left.some((problem) => problem.severity === "error");
  return { model: whole ? model : undefined, problems: left, accepted: acceptances };
}

interface Usable {
  /** The inventory without what is wrong in it. */
  readonly raw: unknown;
  readonly inventory: Inventory;
  readonly removed: readonly Path[];
}

function usablePart(
  schema: ReturnType<typeof inventorySchema>,
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
): Usable | undefined {
  let value = raw;
  let wrong = issues;
  const removed: Path[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const pruned = prune(value, wrong);
    if (pruned.removed.length === 0) return undefined;
    removed.push(...pruned.removed);
    const result = schema.safeParse(pruned.value);
    if (result.success) return { inventory: result.data, raw: pruned.value, removed };
    value = pruned.value;
    wrong = result.error.issues;
  }
  return undefined;
}

/** Names are taken from the whole inventory, settings from what is right in it: kinds rely on their form. */
function writtenIn(raw: unknown, usable: unknown): Written {
  const at = (root: unknown, path: readonly string[]): unknown => {
    let value = root;
    for (const step of path) {
      if (typeof value !== "object" || value === null) return undefined;
      value = Object.getOwnPropertyDescriptor(value, step)?.value;
    }
    return value;
  };
  return {
    names: (section) => {
      const value = at(raw, section.split("."));
      return typeof value === "object" && value !== null ? Object.keys(value) : [];
    },
    settings: (service) => {
      const kind = at(usable, ["services", service, "kind"]);
      return (typeof kind === "string" ? at(usable, ["services", service, kind]) : undefined) ?? {};
    },
  };
}
