import {
  type AnnotationQuery,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkType,
  type Panel as GrafanaPanel,
  RowBuilder,
  type RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboardPath, grafanaUid } from "../../model/grafana-uid.ts";
import type { Model } from "../../model/model.ts";
import { type Narrowing, narrowed } from "./expressions.ts";
import { flow, idsFor } from "./layout.ts";
import { printPanel, sizeOf } from "./panels.ts";
import type { DashboardPlan, PlannedRow } from "./plan.ts";
import { datasource, variables } from "./variables.ts";

/** The schema of Grafana 10.4; later ones bring it up to date when they read it. */
const schemaVersion = 39;

/** An expression as it stands in a printed dashboard, before Grafana fills in its variables. */
export interface PrintedExpression {
  /** Title of the panel, or `variable NAME` or `annotation NAME`. */
  readonly panel: string;
  readonly expr: string;
}

/** A dashboard as Grafana reads it, with every expression in it. */
export function printDashboard(
  model: Model,
  plan: DashboardPlan,
  hasLabel: Narrowing["hasLabel"],
): { readonly value: object; readonly expressions: readonly PrintedExpression[] } {
  const { list, expressions: ofVariables } = variables(plan);
  const { panels, expressions } = printRows(plan, hasLabel);
  const annotation = firingAlerts({ plan, kind: undefined, hasLabel });
  const value = new DashboardBuilder(plan.title)
    .uid(grafanaUid(model, plan.name))
    .description(plan.description)
    .tags([...plan.tags])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .timezone("browser")
    .build();
  return {
    value: {
      ...value,
      schemaVersion,
      version: 1,
      templating: { list },
      annotations: { list: [annotation] },
      links: links(model, plan),
      panels,
    },
    expressions: [
      ...expressions,
      ...ofVariables.map(({ name, expr }) => ({ panel: `variable ${name}`, expr })),
      { panel: `annotation ${annotation.name}`, expr: annotation.expr ?? "" },
    ],
  };
}

function printRows(
  plan: DashboardPlan,
  hasLabel: Narrowing["hasLabel"],
): { readonly panels: readonly (GrafanaPanel | RowPanel)[]; readonly expressions: readonly PrintedExpression[] } {
  const ids = idsFor(plan.rows.flatMap(namesIn));
  const panels: (GrafanaPanel | RowPanel)[] = [];
  const expressions: PrintedExpression[] = [];
  let top = 0;
  let next = 0;
  for (const row of plan.rows) {
    panels.push(rowPanel(row.title, ids[next++] ?? 0, top));
    const { places, bottom } = flow(
      row.panels.map(({ panel }) => sizeOf(panel)),
      top + 1,
    );
    for (const [index, planned] of row.panels.entries()) {
      const { panel, kind } = planned;
      const place = places[index];
      if (place === undefined) continue;
      const exprs = panel.queries.map((query) => narrowed(query, { plan, kind, hasLabel }));
      panels.push(printPanel(planned, exprs, ids[next++] ?? 0, place));
      expressions.push(...exprs.map((expr) => ({ panel: panel.title, expr })));
    }
    top = bottom;
  }
  return { panels, expressions };
}

function namesIn({ title, panels }: PlannedRow): readonly string[] {
  return [`row ${title}`, ...panels.map(({ panel, kind }) => `panel ${title} / ${kind ?? ""} / ${panel.title}`)];
}

function rowPanel(title: string, id: number, y: number): RowPanel {
  return new RowBuilder(title).id(id).collapsed(false).gridPos({ x: 0, y, w: 24, h: 1 }).build();
}

/** Marks on every graph where an alert about the chosen services fired. */
function firingAlerts(narrowing: Narrowing): AnnotationQuery {
  const expr = 'sum by (alertname, severity, service, instance) (ALERTS{alertstate="firing"})';
  return {
    name: "Firing alerts",
    datasource,
    enable: true,
    hide: false,
    iconColor: "red",
    expr: narrowed({ expr, legend: "", narrow: "service" }, narrowing),
    step: "1m",
    titleFormat: "{{alertname}}",
    textFormat: "{{severity}} {{service}} {{instance}}",
  };
}

function links(model: Model, { name, runbooks }: DashboardPlan): readonly DashboardLink[] {
  const overview = link("Overview", {
    url: dashboardPath(model, "overview"),
    tooltip: "The whole platform",
    keepTime: true,
  });
  return [
    ...(name === "overview" ? [] : [overview]),
    dropdown("Owners", ["stackwright", model.platform, "owner"]),
    dropdown("Components", ["stackwright", model.platform, "component"]),
    ...(runbooks === undefined
      ? []
      : [link("Runbooks", { url: runbooks, tooltip: "What to do about the alerts", targetBlank: true })]),
  ];
}

function link(title: string, more: Partial<DashboardLink>): DashboardLink {
  return {
    title,
    type: DashboardLinkType.Link,
    icon: "external link",
    tooltip: "",
    tags: [],
    asDropdown: false,
    targetBlank: false,
    includeVars: false,
    keepTime: false,
    ...more,
  };
}

function dropdown(title: string, tags: readonly string[]): DashboardLink {
  const more = { tags: [...tags], asDropdown: true, keepTime: true, icon: "dashboard" };
  return link(title, { type: DashboardLinkType.Dashboards, ...more });
}
