import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { targetSelector } from "./expressions.ts";
import type { DashboardPlan } from "./plan.ts";

/** Where every panel, variable and annotation takes its data from. */
export const datasource = { type: "prometheus", uid: "$datasource" } as const;

/** The expression behind a variable's list of values. */
export interface VariableExpression {
  readonly name: string;
  readonly expr: string;
}

/**
 * `datasource`, `job`, `service` and `instance`, each narrowed by those before it. All jobs and all instances match by
 * `.+`; all services are written out, so that a dashboard never shows a kind that is not its own.
 */
export function variables(plan: DashboardPlan): {
  readonly list: readonly VariableModel[];
  readonly expressions: readonly VariableExpression[];
} {
  const names = ["job", "service", "instance"] as const;
  const queried = names.map((name, index) => ({ name, expr: targetSelector(plan, names.slice(0, index)) }));
  return { list: [source(), ...queried.map(({ name, expr }) => query(name, expr))], expressions: queried };
}

function source(): VariableModel {
  return new DatasourceVariableBuilder("datasource")
    .label("Data source")
    .type("prometheus")
    .current({ selected: true, text: "default", value: "default" })
    .build();
}

function query(name: "job" | "service" | "instance", expr: string): VariableModel {
  const definition = `label_values(${expr}, ${name})`;
  const builder = new QueryVariableBuilder(name)
    .label(`${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`)
    .datasource(datasource)
    .query({ query: definition, refId: `Variable-${name}` })
    .definition(definition)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
  return (name === "service" ? builder : builder.allValue(".+")).build();
}
