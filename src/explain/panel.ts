import type { Path } from "../diagnostics/path.ts";
import type { Explainable, Explanation } from "./explain.ts";

/** A panel of a dashboard with one of its expressions. */
export interface PanelPlace {
  /** Path of the dashboard in the tree. */
  readonly path: string;
  readonly title: string;
  readonly expr: string;
  readonly source: Path;
}

/** Panels by their title, in any case; also `DASHBOARD/TITLE` with the dashboard's file name. */
export function explainPanel(what: string, world: Explainable): readonly Explanation[] {
  const wanted = what.toLowerCase();
  const groups = Map.groupBy(
    world.panels.filter(
      (panel) =>
        panel.title.toLowerCase() === wanted || `${nameOf(panel.path)}/${panel.title}`.toLowerCase() === wanted,
    ),
    (panel) => `${panel.path} ${panel.title}`,
  );
  return [...groups.values()].flatMap((group): readonly Explanation[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        subject: `panel "${first.title}" of ${first.path}`,
        facts: group.map((panel) => `query: ${panel.expr.trim().replaceAll(/\s+/g, " ")}`),
        component: componentOf(first.path, world),
        sources: [...new Map(group.map((panel) => [JSON.stringify(panel.source), panel.source])).values()],
      },
    ];
  });
}

/** The dashboard of a kind is the kind's; overviews and those of owners are made from all. */
function componentOf(path: string, { signals }: Explainable): string {
  const kind = nameOf(path);
  return signals.dashboards.some((dashboard) => dashboard.kind === kind) ? `catalog/${kind}` : "render/grafana";
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.json$/, "");
}
