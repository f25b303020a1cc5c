import { type Binary, bare, type Expr } from "../ast.ts";
import type { Report } from "../finding.ts";
import type { SeriesIndex } from "../series.ts";
import type { Shape } from "../shape.ts";
import { isComparison } from "../type-check.ts";

interface Known {
  readonly series: SeriesIndex;
  readonly shapeOf: (expr: Expr) => Shape | undefined;
}

/**
 * Reports `literal-count`: the number of targets compared with a number, which is wrong as soon as one is added. With
 * 0 and 1 it is a census ("none", "more than one"), which is right for any size.
 */
export function checkLiteralCount(expr: Binary, known: Known, report: Report): void {
  if (!isComparison(expr.op.text)) return;
  const [left, right] = [bare(expr.left), bare(expr.right)];
  const [literal, counted] = left.type === "number" ? [left, right] : [right, left];
  if (literal.type !== "number" || literal.value === 0 || literal.value === 1) return;
  if (!countsTargets(counted, known)) return;
  report(
    "literal-count",
    literal,
    `the number of targets is compared with ${literal.value}, whatever the inventory says`,
    {
      hint: "compare with service:expected_targets:count",
    },
  );
}

function countsTargets(expr: Expr, { series, shapeOf }: Known): boolean {
  if (expr.type !== "aggregate" || (expr.op.text !== "count" && expr.op.text !== "sum")) return false;
  const named = expr.grouping?.labels ?? [];
  if (expr.grouping?.kind === "by" && named.some(({ text }) => !series.targetLabels.has(text))) return false;
  const operand = expr.args.at(-1);
  if (operand === undefined) return false;
  const inner = bare(operand);
  if (expr.op.text === "sum") return isUp(inner);
  if (inner.type === "binary") return inner.op.text === "==" && isOne(inner.right) && isUp(bare(inner.left));
  if (inner.type === "aggregate") {
    const labels = inner.grouping?.kind === "by" ? inner.grouping.labels.map(({ text }) => text) : [];
    return (
      (labels.includes("instance") || labels.includes("host")) &&
      labels.every((label) => series.targetLabels.has(label))
    );
  }
  if (inner.type !== "selector") return false;
  const shape = shapeOf(inner);
  if (shape === undefined || shape.open || !shape.labels.has("instance")) return false;
  if (isUp(inner) || inner.name?.endsWith("_info") === true) return true;
  return [...shape.labels].every(([name, label]) => label.pinned || series.targetLabels.has(name));
}

function isUp(expr: Expr): boolean {
  return expr.type === "selector" && /(?:^|_)up$|^probe_success$/.test(expr.name ?? "");
}

function isOne(expr: Expr): boolean {
  const inner = bare(expr);
  return inner.type === "number" && inner.value === 1;
}
