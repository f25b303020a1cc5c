import { addMatchers, escapeRegex, type Matcher } from "../../promql/rewrite.ts";
import type { AlertRule } from "../../signals/signals.ts";

/** The expression of a rule with its threshold, narrowed to its services where others have other parameters. */
export function expressionOf(rule: AlertRule): string {
  const expr = rule.template.expr.replaceAll("$threshold", printNumber(rule.parameters.threshold));
  const matcher = serviceMatcher(rule.services);
  return matcher === undefined ? expr : addMatchers(expr, () => [matcher]);
}

function serviceMatcher(scope: AlertRule["services"]): Matcher | undefined {
  if (scope === undefined) return undefined;
  const [names, only] = "only" in scope ? [scope.only, true] : [scope.except, false];
  const [first] = names;
  if (names.length === 1 && first !== undefined) return { label: "service", op: only ? "=" : "!=", value: first };
  return { label: "service", op: only ? "=~" : "!~", value: names.map(escapeRegex).join("|") };
}

/** A number as PromQL and promtool's series notation both read it: no exponent. */
export function printNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return value.toFixed(0);
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/0+$/, "") : text;
}
