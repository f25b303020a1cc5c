import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, Service } from "../../model/model.ts";
import type { Settings } from "./settings.ts";

const census = "MysqlMultiplePrimaries";

/** Writable replicas would count as primaries for ever: whoever wants them has to switch that alert off. */
export function check(service: Service, settings: Settings, model: Model): readonly Problem[] {
  if (settings.replica_read_only || settings.topology === "galera") return [];
  if (!service.instances.some((instance) => instance.role === "replica")) return [];
  const override = service.thresholds[census] ?? model.alerting?.thresholds[census];
  if (override?.enabled === false) return [];
  return [
    problem(
      "invalid-value",
      [...service.source, "mysql", "replica_read_only"],
      `replica_read_only of service "${service.name}" is false, so ${census} would fire all the time`,
      { hint: `add thresholds: { ${census}: { enabled: false } } to the service, or remove replica_read_only` },
    ),
  ];
}
