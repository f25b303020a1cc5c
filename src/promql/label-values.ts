import type { LabelValues } from "../signals/metric.ts";
import type { Matcher } from "./ast.ts";
import { alternatives, readPattern } from "./regex.ts";

/** What a label can be on some series. The empty value, which is the same as no label, is in `always` only. */
export interface Label {
  readonly values: "open" | ReadonlySet<string>;
  /** Every series has it. */
  readonly always: boolean;
  /** A matcher `=` leaves one value, known or not. */
  readonly pinned: boolean;
}

/** Anything, or nothing. */
export const anything: Label = { values: "open", always: false, pinned: false };

/** A label as metrics and targets declare it; an empty string among the values says that some series lack it. */
export function labelOf(values: LabelValues | ReadonlySet<string>): Label {
  if (values === "open" || ("size" in values && !values.has(""))) return { values, always: true, pinned: false };
  const known = new Set(values);
  const always = !known.delete("");
  return { values: known, always, pinned: false };
}

/** The label with one value. */
export function fixed(value: string): Label {
  return { values: new Set([value]), always: true, pinned: true };
}

/**
 * What a label can be where it comes from any of several sources; undefined where a source lacks it. The values are put
 * together when somebody asks: of some ten thousand instances hardly anybody does.
 */
export function anyOf(labels: readonly (Label | undefined)[]): Label {
  const [first] = labels;
  if (first !== undefined && labels.every((label) => label === first)) return first;
  let values: Label["values"] | undefined;
  const all = (): Label["values"] => {
    values ??= valuesOfAny(labels);
    return values;
  };
  const isSingle = (): boolean => {
    const known = all();
    return known === "open" || known.size === 1;
  };
  return {
    get values() {
      return all();
    },
    always: labels.every((label) => label?.always === true),
    pinned: labels.every((label) => label?.pinned === true) && isSingle(),
  };
}

function valuesOfAny(labels: readonly (Label | undefined)[]): Label["values"] {
  const values = new Set<string>();
  for (const label of labels) {
    if (label?.values === "open") return "open";
    for (const value of label?.values ?? []) values.add(value);
  }
  return values;
}

/** Whether two labels, both always there, can never be equal. */
export function areDisjoint(one: Label, other: Label): boolean {
  // The values are asked for last: they may have to be put together first.
  if (one === other || !one.always || !other.always) return false;
  if (one.values === "open" || other.values === "open" || one.values === other.values) return false;
  for (const value of one.values) if (other.values.has(value)) return false;
  return true;
}

/**
 * What a matcher leaves of a label that the series has (or undefined, if it lacks it): `absent` if only series
 * without the label remain, `impossible` if none do.
 */
export function narrow(label: Label | undefined, matcher: Matcher): Label | "absent" | "impossible" {
  const { op, value, variable } = matcher;
  if (variable)
    return label === undefined ? "absent" : op === "=" ? { values: "open", always: label.always, pinned: true } : label;
  if (label !== undefined && label.values !== "open" && value !== "") {
    if (op === "=") return label.values.has(value) ? fixed(value) : "impossible";
    if (op === "!=" && !label.values.has(value)) return label;
  }
  const test = predicate(matcher);
  if (test === undefined) return label ?? "absent";
  const takesEmpty = test("");
  if (label === undefined) return takesEmpty ? "absent" : "impossible";
  if (label.values !== "open") {
    const left = new Set<string>();
    for (const one of label.values) if (test(one)) left.add(one);
    const always = label.always || !takesEmpty;
    if (left.size === 0) return always ? "impossible" : "absent";
    if (left.size === label.values.size && always === label.always && op !== "=") return label;
    return { values: left, always, pinned: op === "=" || label.pinned };
  }
  if (op === "=") return value !== "" ? fixed(value) : label.always ? "impossible" : "absent";
  const listed = op === "=~" ? alternatives(value)?.filter((one) => one !== "") : undefined;
  const always = label.always || !takesEmpty;
  if (listed === undefined) return { ...label, always };
  if (listed.length === 0) return always ? "impossible" : "absent";
  return { values: new Set(listed), always, pinned: label.pinned };
}

/** Which values a matcher takes; undefined if that is not known. */
export function predicate({ op, value, variable }: Matcher): ((value: string) => boolean) | undefined {
  if (variable) return undefined;
  if (op === "=") return (one) => one === value;
  if (op === "!=") return (one) => one !== value;
  const pattern = readPattern(value);
  if (pattern.kind !== "valid") return undefined;
  return op === "=~" ? pattern.matches : (one) => !pattern.matches(one);
}
