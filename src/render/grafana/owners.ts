import type { Model } from "../../model/model.ts";
import type { Panel } from "../../signals/panel.ts";
import type { KindDashboard, Signals } from "../../signals/signals.ts";
import type { DashboardPlan, FixedMatcher, PlannedPanel, PlannedRow } from "./plan.ts";
import { alertState, noAlerts, probeState, serviceState, stateNow } from "./state.ts";

/** Panels that an owner sees of each kind: what the kind itself shows first. */
const panelsOfKind = 4;

/** One dashboard for each owner of something: the state of its services, what fires, and the first panels of each kind. */
export function ownerPlans(model: Model, signals: Signals): readonly DashboardPlan[] {
  const kinds = kindsByOwner(signals);
  const probes = Map.groupBy(signals.probes, ({ labels }) => labels["owner"]);
  const answerable = new Set(signals.jobs.map(({ service }) => model.services.get(service)?.owner));
  return [...kinds.keys()].toSorted().map((owner) => {
    const matcher: FixedMatcher = { label: "owner", op: "=", value: owner };
    return {
      name: `owner-${owner}`,
      title: `Owner ${owner} (${model.platform} ${model.environment})`,
      description: `Services and hosts of ${owner}: what is up, what fires, and the key figures of each component.`,
      tags: ["stackwright", model.platform, model.environment, "owner"],
      targets: [matcher],
      everywhere: [matcher],
      rows: rowsOf(signals, {
        kinds: kinds.get(owner) ?? new Set(),
        probes: probes.get(owner) ?? [],
        ownsService: answerable.has(owner),
      }),
      runbooks: model.alerting?.runbookBase,
      source: model.owners.get(owner)?.source ?? ["default_owner"],
    };
  });
}

/** Which kinds an owner has targets of. */
function kindsByOwner(signals: Signals): ReadonlyMap<string, ReadonlySet<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const { kind, targets } of signals.jobs)
    for (const { labels } of targets) {
      const owner = labels["owner"];
      if (owner !== undefined) kinds.set(owner, (kinds.get(owner) ?? new Set()).add(kind));
    }
  return kinds;
}

/** What an owner has. */
interface Owned {
  /** Kinds with targets. */
  readonly kinds: ReadonlySet<string>;
  readonly probes: Signals["probes"];
  /**
   * Whose hosts run implicit services has targets, but the number that is expected belongs to the service's owner.
   */
  readonly ownsService: boolean;
}

function rowsOf(signals: Signals, { kinds, probes, ownsService }: Owned): readonly PlannedRow[] {
  const state = [
    { title: "Now", panels: stateNow({ ...signals, probes }) },
    { title: "Services", panels: ownsService ? serviceState : serviceState.filter(isMeasured) },
    { title: "Alerts", panels: alertState.map(onlyOwn) },
    ...(probes.length === 0 ? [] : [{ title: "Probes", panels: probeState }]),
  ];
  return [
    ...state.map(({ title, panels }) => ({ title, panels: panels.map((panel) => plannedState(panel)) })),
    ...signals.dashboards.filter(({ kind }) => kinds.has(kind)).flatMap(firstOf),
  ];
}

function isMeasured({ queries }: Panel): boolean {
  return queries.every(({ expr }) => !expr.includes("service:expected_targets:count"));
}

function plannedState(panel: Panel): PlannedPanel {
  return { panel, kind: undefined, ...(panel.title === "Firing alerts" ? { empty: noAlerts } : {}) };
}

/** The owner's page shows no Watchdog: it belongs to nobody. */
function onlyOwn(panel: Panel): Panel {
  return { ...panel, queries: panel.queries.map((query) => ({ ...query, narrow: "service" })) };
}

function firstOf({ kind, title, rows }: KindDashboard): readonly PlannedRow[] {
  const panels = (rows.find((row) => row.panels.length > 0)?.panels ?? []).filter(({ queries }) =>
    queries.every(({ narrow }) => narrow !== "none"),
  );
  if (panels.length === 0) return [];
  return [{ title, panels: panels.slice(0, panelsOfKind).map((panel) => ({ panel, kind })) }];
}
