import type { Model } from "../../model/model.ts";
import type { Panel } from "../../signals/panel.ts";
import type { Signals } from "../../signals/signals.ts";
import type { DashboardPlan, PlannedRow } from "./plan.ts";
import { alertState, probeState, serviceState, stateNow } from "./state.ts";

/** 1 on the host that has the address, 0 on the others of its cluster, whatever the daemon thinks. */
const held = "keepalived_vip_held";

/** The whole platform on one page, with links to everything else. */
export function overviewPlan(model: Model, signals: Signals): DashboardPlan {
  return {
    name: "overview",
    title: `Overview (${model.platform} ${model.environment})`,
    description: `All services of ${model.platform} ${model.environment}: what is up, what fires, who holds which address.`,
    tags: ["stackwright", model.platform, model.environment, "overview"],
    targets: [{ label: "environment", op: "=", value: model.environment }],
    everywhere: [],
    rows: rowsOf(signals),
    runbooks: model.alerting?.runbookBase,
    source: ["services"],
  };
}

function rowsOf(signals: Signals): readonly PlannedRow[] {
  return [
    row("Now", stateNow(signals)),
    row("Services", serviceState),
    row("Alerts", alertState),
    ...(hasMetric(signals, held) ? [row("Virtual IPs", virtualIps)] : []),
    ...(signals.probes.length === 0 ? [] : [row("Probes", probeState)]),
  ];
}

function row(title: string, panels: readonly Panel[]): PlannedRow {
  return { title, panels: panels.map((panel) => ({ panel, kind: undefined })) };
}

function hasMetric(signals: Signals, name: string): boolean {
  return signals.jobs.some(({ endpoint }) => endpoint.metrics.some((family) => family.name === name));
}

const virtualIps: readonly Panel[] = [
  {
    title: "Who holds which address",
    description:
      "Which balancer has each virtual IP on an interface. One for each address is normal; see the dashboard of keepalived.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "does not hold it", "1": "holds it" },
    queries: [{ expr: `max by (vip, host) (${held})`, legend: "{{vip}} {{host}}" }],
  },
  {
    title: "Holders of each address",
    description:
      "Exactly one is normal. None: nobody answers there; two: split brain, look at the network between them.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [{ expr: `sum by (vip) (${held})`, legend: "{{vip}}" }],
  },
];
