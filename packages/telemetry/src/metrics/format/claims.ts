import type { Family } from "../storage/family.ts";
import type { Format } from "./negotiate.ts";

/** A family with the names under which it is printed. */
export interface Named {
  readonly family: Family;
  /** Of HELP and TYPE. */
  readonly head: string;
  readonly type: string;
  /** Of a scalar's samples. */
  readonly sample: string;
}

/**
 * Gives every family its names in a format. Of two families that would print the same sample name the first one stays,
 * so that what is printed is always valid; `onClash` hears of the others. Both formats have the same families.
 */
export function claimNames(
  families: readonly Family[],
  format: Format,
  onClash: (name: string) => void,
): readonly Named[] {
  const claimed = new Set<string>();
  const kept = families.filter((family) => {
    const samples = samplesOf(family);
    if (samples.some((name) => claimed.has(name))) {
      onClash(family.name);
      return false;
    }
    for (const name of samples) claimed.add(name);
    return true;
  });
  if (format === "text") return kept.map(inText);
  const heads = new Set(kept.flatMap(({ type, name }) => (type === "counter" ? [] : [name])));
  return kept.map((family) => {
    const named = inOpenMetrics(family);
    if (family.type !== "counter") return named;
    const isTaken = heads.has(named.head) || (named.sample !== family.name && claimed.has(named.sample));
    heads.add(named.head);
    // A counter jobs_total beside a gauge jobs: in OpenMetrics both families would be jobs.
    return isTaken ? { family, head: family.name, type: "unknown", sample: family.name } : named;
  });
}

function samplesOf({ name, type }: Family): readonly string[] {
  if (type === "histogram") return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  return type === "summary" ? [name, `${name}_sum`, `${name}_count`] : [name];
}

function inText(family: Family): Named {
  const { name, type } = family;
  return { family, head: name, type: type === "unknown" ? "untyped" : type, sample: name };
}

/** OpenMetrics names the family of a counter without the suffix that its samples must have. */
function inOpenMetrics(family: Family): Named {
  const { name, type } = family;
  if (type !== "counter") return { family, head: name, type, sample: name };
  const base = name.endsWith("_total") ? name.slice(0, -"_total".length) : name;
  return { family, head: base, type, sample: `${base}_total` };
}
