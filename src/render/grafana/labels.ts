import { bare, type Expr } from "../../promql/ast.ts";
import { parse } from "../../promql/parse.ts";
import type { Signals } from "../../signals/signals.ts";

/** Labels that Prometheus records beside the numbers of the inventory. */
const inventoryLabels: ReadonlySet<string> = new Set(["service", "owner", "kind", "job"]);

/**
 * Says which labels the series of a metric surely have. Scraped ones have all target labels; recorded ones those that
 * their rule keeps; firing alerts only what every alert has.
 */
export function labelKnowledge(signals: Signals): (metric: string | undefined, label: string) => boolean {
  const recorded = new Map<string, ReadonlySet<string>>();
  for (const { record, expr, labels } of signals.records) {
    const kept = labelsKept(expr);
    if (kept !== undefined) recorded.set(record, new Set([...kept, ...Object.keys(labels ?? {})]));
  }
  return (metric, label) => {
    if (metric === "ALERTS" || metric === "ALERTS_FOR_STATE") return label === "service" || label === "owner";
    if (metric === undefined) return true;
    const known = recorded.get(metric) ?? (metric.startsWith("service:") ? inventoryLabels : undefined);
    return known?.has(label) ?? true;
  };
}

/** The labels that an expression groups by; undefined where it groups by none and all labels may be left. */
function labelsKept(expr: string): readonly string[] | undefined {
  const parsed = parse(expr);
  return parsed.ok ? keptBy(bare(parsed.expr)) : undefined;
}

function keptBy(expr: Expr): readonly string[] | undefined {
  switch (expr.type) {
    case "aggregate":
      return expr.grouping?.kind === "by" ? expr.grouping.labels.map(({ text }) => text) : keptOf(expr.args.at(-1));
    case "binary":
      return keptOf(expr.matching?.group === "right" ? expr.right : expr.left) ?? keptOf(expr.right);
    case "call":
      return expr.args.map(keptOf).find((kept) => kept !== undefined);
    case "unary":
    case "paren":
    case "subquery":
      return keptOf(expr.expr);
    default:
      return undefined;
  }
}

function keptOf(expr: Expr | undefined): readonly string[] | undefined {
  return expr === undefined ? undefined : keptBy(bare(expr));
}
