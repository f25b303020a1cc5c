import { type Call, type Expr, type Selector, visit } from "../ast.ts";
import type { Report } from "../finding.ts";
import type { SeriesIndex } from "../series.ts";
import type { Shape } from "../shape.ts";

interface Known {
  readonly series: SeriesIndex;
  readonly shapeOf: (expr: Expr) => Shape | undefined;
}

/**
 * Reports `absent-trap`: `absent()` is quiet as long as one of several series is left, and fires where there never was
 * one. Right is a selector that pins one series.
 */
export function checkAbsent(call: Call, { series, shapeOf }: Known, report: Report): void {
  const selectors: Selector[] = [];
  visit(call, (expr) => {
    if (expr.type === "selector") selectors.push(expr);
  });
  const loose = selectors.find((selector) => {
    const shape = shapeOf(selector);
    return shape !== undefined && !isPinned(selector, shape, series);
  });
  if (loose === undefined) return;
  const what = loose.name ?? "this";
  report("absent-trap", call.name, `${call.name.text}() says nothing while one series of ${what} is left`, {
    hint: "match one series (job and instance), or compare a count with service:expected_targets:count",
  });
}

function isPinned({ name }: Selector, shape: Shape, series: SeriesIndex): boolean {
  if (name === "ALERTS" || name === "ALERTS_FOR_STATE") return shape.labels.get("alertname")?.pinned === true;
  if (shape.open) return true;
  const isOnTarget = shape.labels.has("instance") || shape.labels.has("host");
  const isFixed = (label: string): boolean => shape.labels.get(label)?.pinned === true;
  const isSingle = (label: string): boolean => {
    const found = shape.labels.get(label);
    return found === undefined || found.pinned || (found.values !== "open" && found.values.size <= 1);
  };
  if (isOnTarget && !((isFixed("instance") || isFixed("host")) && isSingle("job") && isSingle("service"))) return false;
  return [...shape.labels.keys()].every((label) => isFixed(label) || (isOnTarget && series.targetLabels.has(label)));
}
