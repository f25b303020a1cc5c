import type { Artifact } from "../../artifact/artifact.ts";
import { printJson } from "../../artifact/json.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Model } from "../../model/model.ts";
import type { Signals } from "../../signals/signals.ts";
import { printDashboard } from "./dashboard.ts";
import { kindPlans } from "./kinds.ts";
import { labelKnowledge } from "./labels.ts";
import { overviewPlan } from "./overview.ts";
import { ownerPlans } from "./owners.ts";
import type { DashboardPlan } from "./plan.ts";
import { dashboardFolder, grafanaHosts } from "./provisioning.ts";

const generator = "render/grafana";

/** An expression of a dashboard, for the proof. */
export interface PanelExpression {
  /** Path of the dashboard's artifact. */
  readonly artifact: string;
  /** Title of the panel, or `variable NAME` or `annotation NAME`. */
  readonly panel: string;
  /** PromQL with Grafana's variables in it. */
  readonly expr: string;
  readonly source: Path;
}

/** The dashboards, and every expression in them as it is printed. */
export function renderDashboards(
  model: Model,
  signals: Signals,
): { readonly artifacts: readonly Artifact[]; readonly expressions: readonly PanelExpression[] } {
  const hosts = grafanaHosts(model);
  const hasLabel = labelKnowledge(signals);
  const printed = dashboardPlans(model, signals).map((plan) => {
    const { value, expressions } = printDashboard(model, plan, hasLabel);
    const artifact: Artifact = {
      path: `dashboards/${plan.name}.json`,
      content: printJson(value),
      mode: 0o644,
      owner: "root:root",
      generator,
      source: [plan.source],
      installs: hosts.map((host) => ({ host, path: `${dashboardFolder}/${plan.name}.json` })),
    };
    const { path } = artifact;
    return {
      artifact,
      expressions: expressions.map(({ panel, expr }) => ({ artifact: path, panel, expr, source: plan.source })),
    };
  });
  return {
    artifacts: printed.map(({ artifact }) => artifact),
    expressions: printed.flatMap(({ expressions }) => expressions),
  };
}

/** The overview, then one for each owner, then one for each kind. Nothing where nothing is scraped. */
function dashboardPlans(model: Model, signals: Signals): readonly DashboardPlan[] {
  if (signals.jobs.length === 0) return [];
  return [overviewPlan(model, signals), ...ownerPlans(model, signals), ...kindPlans(model, signals)];
}
