import type { Binary, Span } from "../ast.ts";
import type { Report } from "../finding.ts";
import { areDisjoint, type Label } from "../label-values.ts";
import { labelIn, type Shape } from "../shape.ts";
import { isSetOperator } from "../type-check.ts";
import { isVariable } from "../variables.ts";
import { targetLabels } from "../world.ts";

interface Sides {
  readonly left: Shape;
  readonly right: Shape;
  readonly report: Report;
}

/** Reports `empty-join`, and `unknown-label` for labels in `on` and `group_left` that cannot be there. */
export function checkJoin(expr: Binary, { left, right, report }: Sides): void {
  if (expr.op.text === "or" || expr.fill || expr.matching?.labels.some(isVariable) === true) return;
  checkIncluded(expr, { left, right, report });
  const isTold =
    expr.matching?.kind === "on" ? checkOn(expr, { left, right, report }) : checkDefault(expr, { left, right, report });
  if (!isTold && !isSetOperator(expr.op.text)) checkCrowds(expr, { left, right, report });
}

function checkOn(expr: Binary, { left, right, report }: Sides): boolean {
  let isTold = false;
  for (const label of expr.matching?.labels ?? []) {
    const [one, other] = [labelIn(left, label.text), labelIn(right, label.text)];
    if (one === undefined && other === undefined) {
      if (targetLabels.has(label.text)) continue;
      report("unknown-label", label, `neither side has a label ${label.text}`);
      isTold = true;
      continue;
    }
    const why = mismatch(label.text, one, other);
    if (why === undefined) continue;
    report("empty-join", label, `the two sides never match: ${why}`, { hint: "match on labels that both sides have" });
    isTold = true;
  }
  return isTold;
}

function checkDefault(expr: Binary, { left, right, report }: Sides): boolean {
  const ignored = new Set(expr.matching?.labels.map(({ text }) => text));
  const find = (one: Shape, other: Shape): string | undefined => {
    for (const name of one.labels.keys()) {
      if (ignored.has(name) || name === "__name__") continue;
      const why = mismatch(name, labelIn(left, name), labelIn(right, name));
      if (why !== undefined) return why;
    }
    return one === left ? find(other, one) : undefined;
  };
  const why = left.labels === right.labels ? undefined : find(left, right);
  if (why === undefined) return false;
  report("empty-join", expr.op, `the two sides of ${expr.op.text} never match: ${why}`, {
    hint: "add on (…) with the labels that both sides have",
  });
  return true;
}

function mismatch(name: string, left: Label | undefined, right: Label | undefined): string | undefined {
  if (left === undefined && right === undefined) return undefined;
  if (left === undefined) return right?.always === true ? `only the right one has the label ${name}` : undefined;
  if (right === undefined) return left.always ? `only the left one has the label ${name}` : undefined;
  if (!areDisjoint(left, right)) return undefined;
  return `${name} is ${some(left)} on the left and ${some(right)} on the right`;
}

function some({ values }: Label): string {
  if (values === "open") return "anything";
  const [first = "nothing"] = values;
  return values.size > 1 ? `${first}, …` : first;
}

function checkIncluded(expr: Binary, { left, right, report }: Sides): void {
  const { matching } = expr;
  if (matching?.group === undefined) return;
  const one = matching.group === "left" ? right : left;
  for (const label of matching.include) {
    if (labelIn(one, label.text) !== undefined || targetLabels.has(label.text) || isVariable(label)) continue;
    const side = matching.group === "left" ? "right" : "left";
    report("unknown-label", label, `the ${side} side has no label ${label.text} to copy`);
  }
}

/** Several series of one service meet where the join takes one: Prometheus refuses to evaluate that. */
function checkCrowds(expr: Binary, { left, right, report }: Sides): void {
  const group = expr.matching?.group;
  const span: Span = expr.matching?.labels[0] ?? expr.op;
  const isCrowded = (side: Shape): boolean =>
    side.crowd !== undefined && matched(expr, side).every((label) => side.crowd?.has(label));
  const tell = (side: "left" | "right", hint: string): void => {
    report("empty-join", span, `several instances of a service meet on the ${side} side, where one is allowed`, {
      hint,
    });
  };
  // The right side is refused whatever the left one is; the left one only where the right one has a partner for it.
  if (group !== "right" && isCrowded(right)) tell("right", "aggregate the right side, or add instance to on (…)");
  else if (group === "right" && isCrowded(left)) tell("left", "aggregate the left side, or add instance to on (…)");
  else if (group === undefined && isCrowded(left) && hasPartners(expr, left, right)) tell("left", "add group_left ()");
}

/** The labels of this side that have to be equal. */
function matched({ matching }: Binary, side: Shape): readonly string[] {
  const named = new Set(matching?.labels.map(({ text }) => text));
  if (matching?.kind === "on") return [...named].filter((name) => labelIn(side, name) !== undefined);
  return [...side.labels.keys()].filter((name) => !named.has(name));
}

function hasPartners(expr: Binary, left: Shape, right: Shape): boolean {
  const names =
    expr.matching?.kind === "on"
      ? expr.matching.labels.map(({ text }) => text)
      : matched(expr, left).concat(matched(expr, right));
  return names.every((name) => {
    const [one, other] = [labelIn(left, name), labelIn(right, name)];
    if (one === undefined || other === undefined || other.values === "open") return one === other;
    const partners = other.values;
    return one.values !== "open" && [...one.values].every((value) => partners.has(value));
  });
}
