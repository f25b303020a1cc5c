import type { Aggregate } from "../ast.ts";
import type { Report } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { labelIn, type Shape } from "../shape.ts";
import { isVariable } from "../variables.ts";
import { targetLabels } from "../world.ts";

/** Services that are there by themselves, once per host: the host tells them apart. */
const perHost: ReadonlySet<string> = new Set(["node", "windows", "keepalived"]);

/** Reports `unknown-label` for labels in `by` that the aggregated series cannot have. */
export function checkGrouping(aggregate: Aggregate, operand: Shape, report: Report): void {
  if (aggregate.grouping?.kind !== "by") return;
  for (const label of aggregate.grouping.labels) {
    if (labelIn(operand, label.text) !== undefined || targetLabels.has(label.text) || isVariable(label)) continue;
    const near = nearest(label.text, operand.labels.keys());
    report("unknown-label", label, `what is aggregated here has no label ${label.text}`, {
      hint: near === undefined ? undefined : `write ${near}`,
    });
  }
}

/** Reports `mixes-services`: after the aggregation nobody can tell which service it was. */
export function checkMixing(aggregate: Aggregate, operand: Shape, report: Report): void {
  const service = operand.labels.get("service");
  const { grouping, op } = aggregate;
  if (service === undefined || service.pinned || grouping?.labels.some(isVariable) === true) return;
  const named = new Set(grouping?.labels.map(({ text }) => text));
  const keeps = (label: string): boolean =>
    grouping !== undefined && named.has(label) === (grouping.kind === "by") && labelIn(operand, label) !== undefined;
  if (keeps("service") || keeps("instance")) return;
  const { values } = service;
  if (keeps("host") && values !== "open" && [...values].every((value) => perHost.has(value))) return;
  report("mixes-services", op, `${op.text} mixes all services: the label service is gone afterwards`, {
    hint:
      grouping?.kind === "without" ? "leave service out of without (…)" : "add by (service, …), or match one service",
  });
}
