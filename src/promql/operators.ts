import { type Aggregate, type Binary, bare } from "./ast.ts";
import { anyOf, anything, type Label, labelOf } from "./label-values.ts";
import { labelIn, onlyLabels, type Shape, union, unknownShape, withoutLabels } from "./shape.ts";
import { isComparison } from "./type-check.ts";
import { holdsVariable } from "./variables.ts";

const picking: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);

/** Whether an aggregation picks series rather than making new ones. */
export function isPicking(op: string): boolean {
  return picking.has(op);
}

/** What an aggregation makes of its operand. */
export function aggregateShape({ op, grouping, args }: Aggregate, operand: Shape): Shape {
  if (isPicking(op.text)) return { ...operand, crowd: undefined };
  const named = grouping?.labels.map(({ text }) => text) ?? [];
  const isBy = grouping?.kind !== "without";
  // Nobody knows which labels a dashboard variable keeps or drops.
  if (named.some(holdsVariable)) return { ...unknownShape, type: operand.type };
  const kept = isBy ? onlyLabels(operand, named) : withoutLabels(operand, [...named, "__name__"]);
  const isGauge = op.text.startsWith("count") || op.text === "group" || operand.type === "gauge";
  const crowd = named.includes("instance") === isBy && kept.labels.has("instance") ? operand.crowd : undefined;
  const shape: Shape = { ...kept, type: isGauge ? "gauge" : op.text === "sum" ? operand.type : "unknown", crowd };
  if (op.text !== "count_values") return shape;
  const label = args[0] === undefined ? undefined : bare(args[0]);
  const name = label?.type === "string" && !label.variable ? label.value : undefined;
  if (name === undefined) return { ...shape, open: true };
  return { ...shape, labels: new Map(shape.labels).set(name, labelOf("open")) };
}

/** What an operator makes of its sides; a side is undefined where it is a number. */
export function binaryShape(expr: Binary, left: Shape | undefined, right: Shape | undefined): Shape | undefined {
  if (left === undefined || right === undefined) {
    const vector = left ?? right;
    if (vector === undefined) return undefined;
    const isFilter = isComparison(expr.op.text) && !expr.bool;
    return isFilter ? { ...vector, crowd: undefined } : { ...vector, type: "unknown" };
  }
  switch (expr.op.text) {
    case "or":
      return union([left, right]);
    case "and":
    case "unless":
      return { ...left, crowd: undefined };
    default:
      return joined(expr, left, right);
  }
}

function joined({ matching, fill }: Binary, left: Shape, right: Shape): Shape {
  const named = matching?.labels.map(({ text }) => text) ?? [];
  if ([...named, ...(matching?.include ?? []).map(({ text }) => text)].some(holdsVariable)) return unknownShape;
  const group = matching?.group;
  const [many, one] = group === "right" ? [right, left] : [left, right];
  if (group === undefined) {
    const kept = matching?.kind === "on" ? onlyLabels(many, named) : withoutLabels(many, named);
    const labels = new Map<string, Label>();
    for (const [name, label] of kept.labels) labels.set(name, narrower(label, labelIn(one, name)));
    return { labels, open: kept.open || fill, type: "unknown", crowd: undefined };
  }
  const labels = new Map(many.labels);
  for (const { text } of matching?.include ?? []) {
    const copied = labelIn(one, text);
    if (copied === undefined) labels.delete(text);
    else labels.set(text, fill ? anyOf([copied, anything]) : copied);
  }
  return { labels, open: many.open, type: "unknown", crowd: undefined };
}

/** Both sides are equal in this label: what holds for either holds for the result. */
function narrower(one: Label, other: Label | undefined): Label {
  if (other === undefined || one === other) return one;
  return {
    get values() {
      const isLess = one.values === "open" || (other.values !== "open" && other.values.size < one.values.size);
      return isLess ? other.values : one.values;
    },
    always: one.always || other.always,
    pinned: one.pinned || other.pinned,
  };
}
