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
export function explainPanel(what: string, { panels }: Explainable): readonly Explanation[] {
  const wanted = what.toLowerCase();
  const groups = Map.groupBy(
    panels.filter(
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
        component: `render/grafana, catalog/${nameOf(first.path)}`,
        sources: [...new Map(group.map((panel) => [JSON.stringify(panel.source), panel.source])).values()],
      },
    ];
  });
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.json$/, "");
}
