import { type Binary, type Expr, type Grouping, type Matching, visit } from "../../src/promql/ast.ts";
import { parse } from "../../src/promql/parse.ts";
import { expressionOf } from "../../src/render/prometheus/expression.ts";
import type { AlertRule } from "../../src/signals/signals.ts";

/** A rule with one thing wrong; no rule at all where it was taken out. */
export interface Mutant {
  readonly what: string;
  readonly rule: { readonly expr: string; readonly forSeconds: number } | undefined;
}

/** Every way to break a rule that its tests have to notice. */
export function mutantsOf(rule: AlertRule): readonly Mutant[] {
  const expr = expressionOf(rule);
  const { forSeconds, threshold } = rule.parameters;
  const at = (value: number): string => expressionOf({ ...rule, parameters: { forSeconds, threshold: value } });
  const with_ = (what: string, changed: string): Mutant => ({ what, rule: { expr: changed, forSeconds } });
  return [
    { what: "removed", rule: undefined },
    { what: "for one minute longer", rule: { expr, forSeconds: forSeconds + 60 } },
    ...(forSeconds === 0 ? [] : [{ what: "for one minute shorter", rule: { expr, forSeconds: forSeconds - 60 } }]),
    with_("never true", `(${expr}) and on () vector(0) > 1`),
    ...(rule.template.threshold === undefined
      ? []
      : movedThresholds(threshold, rule.template.threshold.unit).map((value) =>
          with_(`threshold ${value} instead of ${threshold}`, at(value)),
        )),
    ...conditions(expr).map(([what, changed]) => with_(what, changed)),
    ...withoutService(expr).map(([what, changed]) => with_(what, changed)),
  ];
}

/**
 * A good way to either side; one of the two lets the quiet case fire, the other silences the case in trouble. Of a share
 * half the way to the nearer end, of other numbers the half, of nothing one less: more than nothing is any number.
 */
function movedThresholds(threshold: number, unit: string): readonly number[] {
  if (threshold === 0) return [-1];
  const step = (unit === "ratio" && threshold < 1 ? Math.min(threshold, 1 - threshold) : threshold) / 2;
  return [threshold - step, threshold + step];
}

type Change = readonly [what: string, expr: string];

/** Without one comparison, or without one side of an `and`, `or` or `unless`. */
function conditions(text: string): readonly Change[] {
  return found(text, (expr) => {
    if (expr.type !== "binary" || expr.bool) return [];
    const { left, right, op } = expr;
    if (!["==", "!=", ">", "<", ">=", "<=", "and", "unless", "or"].includes(op.text)) return [];
    if (left.type === "number") return [];
    const side = (kept: Expr): string => `(${text.slice(kept.from, kept.to)})`;
    const change = (kept: Expr): Change => [`without "${cut(text, expr, kept)}"`, replace(text, expr, side(kept))];
    return op.text === "or" ? [change(left), change(right)] : [change(left)];
  });
}

function cut(text: string, expr: Binary, kept: Expr): string {
  const rest = kept === expr.left ? text.slice(expr.op.from, expr.to) : text.slice(expr.from, expr.op.to);
  return rest.replaceAll(/\s+/g, " ");
}

/** An aggregation that no longer keeps the service, a join that no longer looks at it. */
function withoutService(text: string): readonly Change[] {
  return found(text, (expr) => {
    if (expr.type === "aggregate" && expr.grouping?.kind === "by") return forget(text, expr.grouping, expr.grouping);
    if (expr.type === "binary" && expr.matching?.kind === "on") return forgetJoin(text, expr, expr.matching);
    return [];
  });
}

function forget(text: string, { labels }: Grouping, { from, to }: Grouping): readonly Change[] {
  const kept = labels.map((label) => label.text).filter((label) => !["service", "owner"].includes(label));
  if (kept.length === labels.length) return [];
  return [[`"${text.slice(from, to)}" without the service`, replace(text, { from, to }, `by (${kept.join(", ")})`)]];
}

/** Where a join looks at the instance or the host too, the service follows from them. */
function forgetJoin(text: string, expr: Binary, { labels }: Matching): readonly Change[] {
  const kept = labels.filter((label) => !["service", "owner"].includes(label.text));
  const [first, last] = [labels[0], labels.at(-1)];
  if (kept.some(({ text: label }) => ["instance", "host"].includes(label)) || kept.length === labels.length) return [];
  if (first === undefined || last === undefined) return [];
  const changed = replace(text, { from: first.from, to: last.to }, kept.map((label) => label.text).join(", "));
  return [[`"${expr.op.text} on (${labels.map((label) => label.text).join(", ")})" without the service`, changed]];
}

function found(text: string, changes: (expr: Expr) => readonly Change[]): readonly Change[] {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`not PromQL: ${text}`);
  const all: Change[] = [];
  visit(parsed.expr, (expr) => all.push(...changes(expr)));
  return all;
}

function replace(text: string, { from, to }: { readonly from: number; readonly to: number }, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
