import { addMatchers } from "../../promql/rewrite.ts";
import type { Query } from "../../signals/panel.ts";
import type { DashboardPlan, FixedMatcher } from "./plan.ts";

/** Metrics that programs of every kind expose, so that only the job tells them apart. */
const everybodys = /^(?:up|scrape_.*|process_.*|go_.*|promhttp_.*)$/;

/** What the renderer knows while it prints the expressions of a panel. */
export interface Narrowing {
  readonly plan: DashboardPlan;
  readonly kind: string | undefined;
  /** Whether the series of a metric have a label. */
  readonly hasLabel: (metric: string | undefined, label: string) => boolean;
}

/** A query's expression with the matchers on the dashboard's variables in every selector. */
export function narrowed(query: Query, { plan, kind, hasLabel }: Narrowing): string {
  const variables = narrowedBy(query.narrow ?? "instance");
  return addMatchers(query.expr, (metric) => {
    const own = kind !== undefined && metric !== undefined && everybodys.test(metric) ? [job(kind)] : [];
    const wanted: readonly FixedMatcher[] = variables.length === 0 ? [] : [...own, ...variables, ...plan.everywhere];
    return wanted.filter(({ label }) => hasLabel(metric, label));
  });
}

/** The targets that the dashboard's variables offer, as a selector on `up`, narrowed by earlier variables. */
export function targetSelector(plan: DashboardPlan, earlier: readonly string[]): string {
  return addMatchers("up", () => [...plan.targets, ...earlier.map(variable)]);
}

/** The kind of a dashboard's targets: its own job, which the blackbox exporter has beside one for each module. */
function job(kind: string): FixedMatcher {
  return { label: "job", op: "=", value: kind };
}

function narrowedBy(narrow: NonNullable<Query["narrow"]>): readonly FixedMatcher[] {
  switch (narrow) {
    case "instance":
      return ["job", "service", "instance"].map(variable);
    case "service":
      return ["job", "service"].map(variable);
    case "none":
      return [];
  }
}

/** Grafana writes several values of a variable as a regular expression, with the characters of one escaped. */
function variable(label: string): FixedMatcher {
  return { label, op: "=~", value: `$${label}` };
}
