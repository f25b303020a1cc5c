import type { DataTransformerConfig } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Panel } from "../../signals/panel.ts";

/**
 * How the queries of a table become one: their rows are joined by the labels that the legends name, other labels are
 * left out, and each value's column is called by what its legend says besides labels.
 */
export function tableTransformations({ queries }: Panel): readonly DataTransformerConfig[] {
  const labels = [...new Set(queries.flatMap(({ legend }) => labelsIn(legend)))];
  const values = queries.map((_, index) => valueColumn(queries.length, index));
  const order = [...labels, ...values];
  const renames = queries.flatMap(({ legend }, index) => {
    const words = wordsIn(legend);
    return words === "" ? [] : [[values[index] ?? "", words] as const];
  });
  return [
    ...(labels.length === 0 ? [] : [{ id: "filterFieldsByName", options: { include: { names: order } } }]),
    ...(queries.length === 1 ? [] : [{ id: "merge", options: {} }]),
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(renames),
      },
    },
  ];
}

/** Grafana calls the value of an only query `Value`, those of several `Value #A`, `Value #B`. */
function valueColumn(count: number, index: number): string {
  return count === 1 ? "Value" : `Value #${String.fromCharCode(65 + index)}`;
}

function labelsIn(legend: string): readonly string[] {
  return [...legend.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g)].map(([, label]) => label ?? "");
}

function wordsIn(legend: string): string {
  return legend
    .replace(/\{\{[^}]*\}\}/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
