import { z } from "zod";
import type { Machine } from "../../test/real/lab/machine.ts";
import { api } from "../../test/real/lab/monitoring.ts";
import type { Panel } from "./dashboard.ts";

/** One series of a panel: its name by the legend, and its points as seconds and values. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** The stretch of time that is drawn, in seconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const point = z.tuple([z.number(), z.string()]);
const matrix = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(point) })),
  }),
});
/** Between two points of a series. */
export const stepSeconds = 2;

/** Asks a Prometheus for all that a panel shows. `variables` are the dashboard's, as Grafana would fill them in. */
export async function dataOf(
  { targets }: Panel,
  range: Range,
  { server, variables }: { readonly server: Machine; readonly variables: Readonly<Record<string, string>> },
): Promise<readonly Series[]> {
  const answers = await Promise.all(
    targets.map(async ({ expr, legendFormat, instant }) => {
      const query = expr.replaceAll(/\$\w+/g, (name) => variables[name] ?? name);
      const start = instant ? range.to : range.from;
      const asked = new URLSearchParams({ query, start: `${start}`, end: `${range.to}`, step: `${stepSeconds}` });
      const { data } = await api(server, 9090, `/api/v1/query_range?${asked}`, matrix);
      return data.result.map(({ metric, values }) => ({
        name: legendFormat.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? "").trim(),
        labels: metric,
        points: values.map(([seconds, value]) => [seconds, Number(value)] as const),
      }));
    }),
  );
  return answers.flat();
}
