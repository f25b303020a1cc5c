import type { Model } from "../../model/model.ts";
import type { KindDashboard, Signals } from "../../signals/signals.ts";
import type { DashboardPlan, FixedMatcher } from "./plan.ts";

/** One dashboard for each kind that is present and has something to show. */
export function kindPlans(model: Model, signals: Signals): readonly DashboardPlan[] {
  return signals.dashboards
    .filter(({ rows }) => rows.some(({ panels }) => panels.length > 0))
    .map((dashboard) => plan(model, dashboard));
}

function plan(model: Model, { kind, title, services, rows, source }: KindDashboard): DashboardPlan {
  return {
    name: kind,
    title: `${title} (${model.platform} ${model.environment})`,
    description: `${title} of the services ${services.join(", ")}. Its alerts are explained in the runbooks.`,
    tags: ["stackwright", model.platform, model.environment, "component", kind],
    targets: targetsOf(kind),
    everywhere: [],
    rows: rows
      .filter(({ panels }) => panels.length > 0)
      .map((row) => ({ title: row.title, panels: row.panels.map((panel) => ({ panel, kind })) })),
    runbooks: runbooksOf(model, kind),
    source,
  };
}

/** Targets of a kind; the blackbox exporter's dashboard is about all that is probed. */
function targetsOf(kind: string): readonly FixedMatcher[] {
  return kind === "blackbox"
    ? [{ label: "job", op: "=~", value: "blackbox(-.+)?" }]
    : [{ label: "kind", op: "=", value: kind }];
}

function runbooksOf({ alerting }: Model, kind: string): string | undefined {
  return alerting?.runbookBase === undefined ? undefined : `${alerting.runbookBase.replace(/\/$/, "")}/${kind}`;
}
