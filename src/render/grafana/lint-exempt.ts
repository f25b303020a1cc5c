import type { Query } from "../../signals/panel.ts";
import type { Signals } from "../../signals/signals.ts";
import { labelKnowledge } from "./labels.ts";
import type { LabelExemption } from "./lint-targets.ts";
import { alertState } from "./state.ts";

/**
 * What the rules on matchers do not ask of our own dashboards: labels that the series cannot have, and those that a
 * panel leaves out on purpose (`narrow`), because it joins exporters or shows more than the chosen targets.
 */
export function ownExemptions(signals: Signals): LabelExemption {
  const hasLabel = labelKnowledge(signals);
  const panels = [...alertState, ...signals.dashboards.flatMap(({ rows }) => rows.flatMap((row) => row.panels))];
  const narrow = new Map<string, Set<NonNullable<Query["narrow"]>>>();
  for (const { title, queries } of panels)
    for (const query of queries) narrow.set(title, (narrow.get(title) ?? new Set()).add(query.narrow ?? "instance"));
  return (metric, label, panel) => {
    const left = narrow.get(panel);
    if (!hasLabel(metric, label) || left?.has("none")) return true;
    return label === "instance" && left?.has("service") === true;
  };
}
