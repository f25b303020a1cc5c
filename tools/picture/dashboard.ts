import { z } from "zod";

/** What the preview draws of a panel; everything else in the file is Grafana's. */
const panel = z.object({
  type: z.string(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z
    .array(z.object({ expr: z.string(), legendFormat: z.string().default(""), instant: z.boolean().default(false) }))
    .default([]),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().default("none"),
        min: z.number().optional(),
        max: z.number().optional(),
        mappings: z.array(z.object({ options: z.record(z.string(), z.object({ text: z.string() })) })).default([]),
        thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable(), color: z.string() })) }),
        color: z.object({ mode: z.string() }),
      }),
    })
    .optional(),
});

const dashboard = z.object({ title: z.string(), panels: z.array(panel) });

export type Panel = z.infer<typeof panel>;
export type Dashboard = z.infer<typeof dashboard>;

/** A dashboard file as `generate` writes it. */
export function readDashboard(text: string): Dashboard {
  return dashboard.parse(JSON.parse(text));
}

/** Some rows of a dashboard with their panels, moved up to where there is room. */
export function onlyRows({ panels, title }: Dashboard, names: readonly string[]): Dashboard {
  let y = 0;
  const kept = sections(panels)
    .filter(([row]) => names.includes(row.title))
    .flatMap(([row, ...others]) => {
      const moved = [row, ...others].map((each) => ({
        ...each,
        gridPos: { ...each.gridPos, y: each.gridPos.y - row.gridPos.y + y },
      }));
      y = Math.max(...moved.map(({ gridPos }) => gridPos.y + gridPos.h));
      return moved;
    });
  return { title, panels: kept };
}

type Section = [row: Panel, ...panels: Panel[]];

function sections(panels: readonly Panel[]): readonly Section[] {
  const found: Section[] = [];
  for (const each of panels) {
    if (each.type === "row") found.push([each]);
    else found.at(-1)?.push(each);
  }
  return found;
}
