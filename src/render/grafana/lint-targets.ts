import { bare, type Call, type Expr, type Matrix, visit } from "../../promql/ast.ts";
import { parse } from "../../promql/parse.ts";
import { selectors } from "../../promql/rewrite.ts";

/** What a rule finds: on a panel, or on the dashboard as a whole. */
export interface Finding {
  /** Name of the rule, dashboard-linter's own. */
  readonly rule: string;
  readonly panel: string | undefined;
  readonly message: string;
}

/** True where the series of a metric cannot have the label, or a panel has reasons, so that no matcher on it is asked for. */
export type LabelExemption = (metric: string | undefined, label: string, panel: string) => boolean;

const rates: readonly string[] = ["rate", "irate"];
const ofCounters: readonly string[] = ["rate", "irate", "increase"];

/** The rules on one query. */
export function targetRules(panel: string, expr: string, exempt: LabelExemption): readonly Finding[] {
  const parsed = parse(expr);
  if (!parsed.ok) {
    const message = `${expr} is not PromQL: ${parsed.problems[0]?.message ?? ""}`;
    return [{ rule: "target-promql-rule", panel, message }];
  }
  const found = (rule: string, messages: readonly string[]): readonly Finding[] =>
    messages.map((message) => ({ rule, panel, message }));
  return [
    ...found("target-rate-interval-rule", fixedRanges(parsed.expr, expr)),
    ...found(
      "target-job-rule",
      withoutMatcher(expr, "job", (metric, label) => exempt(metric, label, panel)),
    ),
    ...found(
      "target-instance-rule",
      withoutMatcher(expr, "instance", (metric, label) => exempt(metric, label, panel)),
    ),
    ...found("target-counter-agg-rule", bareCounters(parsed.expr)),
  ];
}

function fixedRanges(expr: Expr, text: string): readonly string[] {
  return calls(expr)
    .filter(({ name }) => rates.includes(name.text))
    .flatMap(({ name, args }) => {
      const matrix = matrixIn(args);
      if (matrix === undefined) return [];
      const range = text.slice(matrix.selector.to, matrix.to);
      return range.includes("$__rate_interval") ? [] : [`${name.text} looks back ${range} and not $__rate_interval`];
    });
}

/** Counters that are read as they stand, which says how long a process has run and nothing else. */
function bareCounters(expr: Expr): readonly string[] {
  const counted = new Set(
    calls(expr)
      .filter(({ name }) => ofCounters.includes(name.text))
      .map(({ args }) => matrixIn(args)?.selector),
  );
  const wrong: string[] = [];
  visit(expr, (inner) => {
    if (inner.type !== "selector" || counted.has(inner) || !inner.name?.endsWith("_total")) return;
    wrong.push(`counter ${inner.name} is not under rate, irate or increase`);
  });
  return wrong;
}

function calls(expr: Expr): readonly Call[] {
  const found: Call[] = [];
  visit(expr, (inner) => {
    if (inner.type === "call") found.push(inner);
  });
  return found;
}

function matrixIn(args: readonly Expr[]): Matrix | undefined {
  return args.map(bare).find((arg) => arg.type === "matrix");
}

function withoutMatcher(
  expr: string,
  label: string,
  exempt: (metric: string | undefined, label: string) => boolean,
): readonly string[] {
  return selectors(expr)
    .filter(({ name }) => !exempt(name, label))
    .filter(({ matchers }) => !matchers.some((m) => m.label === label && m.op === "=~" && m.value === `$${label}`))
    .map(({ name }) => `${name ?? "a selector"} has no matcher ${label}=~"$${label}"`);
}
