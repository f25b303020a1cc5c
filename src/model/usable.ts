import type { Path } from "../diagnostics/path.ts";
import { prune } from "../inventory/prune.ts";
import { type Inventory, type inventorySchema, reading } from "../inventory/schema/index.ts";

/** What of an inventory can be checked further although something in it has the wrong form. */
export interface Usable {
  /** The inventory without what is wrong in it. */
  readonly raw: unknown;
  readonly inventory: Inventory;
  /** Where something was left out. */
  readonly removed: readonly Path[];
}

/** Mistakes hide one another: each round leaves out what is wrong, until the rest has the right form. */
const maxRounds = 20;

/** Stands in for the sections that every inventory has, so that the rest can be checked without them. */
const necessary = { version: 1, platform: "unnamed", hosts: {} };

/** Leaves out what is wrong; undefined where nothing of the inventory can be used. */
export function usablePart(schema: ReturnType<typeof inventorySchema>, raw: unknown): Usable | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  let value: unknown = { ...necessary, ...raw };
  const removed: Path[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const result = schema.safeParse(value, reading);
    if (result.success) return { inventory: result.data, raw: value, removed };
    const pruned = prune(value, result.error.issues);
    if (pruned.removed.length === 0) return undefined;
    removed.push(...pruned.removed);
    value = typeof pruned.value === "object" ? { ...necessary, ...pruned.value } : pruned.value;
  }
  return undefined;
}
