import type { Problem } from "../diagnostics/problem.ts";
import { problemsOf } from "../inventory/issues.ts";
import { inventorySchema, reading } from "../inventory/schema/index.ts";
import type { KindSchema } from "../inventory/schema/services.ts";
import { type Acceptance, accepted } from "./accept.ts";
import { checkModel } from "./checks/index.ts";
import type { KindFacts, Written } from "./context.ts";
import { withoutFollowUps } from "./follow-up.ts";
import type { Model } from "./model.ts";
import { resolveModel } from "./resolve/index.ts";
import { usablePart } from "./usable.ts";

/** What comes out of an inventory. The model is there where nothing is wrong with severity error. */
export interface Compiled {
  readonly model: Model | undefined;
  /** Accepted warnings are not among them. */
  readonly problems: readonly Problem[];
  readonly accepted: readonly Acceptance[];
}

/** Checks an inventory, as it was read from YAML, and makes the model of it. Everything that is wrong is told in one run. */
export function compile(raw: unknown, kinds: readonly (KindSchema & KindFacts)[]): Compiled {
  const schema = inventorySchema(kinds);
  const first = schema.safeParse(raw, reading);
  const formal = first.success ? [] : problemsOf(first.error.issues, raw, { schema });
  const usable = first.success ? { inventory: first.data, raw, removed: [] } : usablePart(schema, raw);
  if (usable === undefined) return { model: undefined, problems: formal, accepted: [] };
  const written = writtenIn(raw, usable.raw);
  const { model, problems } = resolveModel(usable.inventory, kinds, written);
  const found = [...problems, ...checkModel({ model, kinds: new Map(kinds.map((kind) => [kind.id, kind])), written })];
  const own = withoutFollowUps(found, usable.removed);
  const { left, acceptances } = accepted([...formal, ...own], raw);
  const whole = first.success && !left.some((problem) => problem.severity === "error");
  return { model: whole ? model : undefined, problems: left, accepted: acceptances };
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
    holds: (section, name) => {
      const value = at(raw, section.split("."));
      // A section that is no map, or is lacking although it must be there, could hold any name.
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return value !== undefined || section === "hosts";
      return Object.hasOwn(value, name);
    },
    settings: (service) => {
      const kind = at(usable, ["services", service, "kind"]);
      return (typeof kind === "string" ? at(usable, ["services", service, kind]) : undefined) ?? {};
    },
  };
}
