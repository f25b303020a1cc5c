import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Service } from "../../model/model.ts";
import type { Settings } from "./settings.ts";

/** A failover needs the majority of the Sentinels, and there is one beside each server. */
export function check(service: Service, settings: Settings): readonly Problem[] {
  const sentinels = service.instances.length;
  if (settings.mode !== "sentinel" || sentinels === 0 || (sentinels > 2 && sentinels % 2 === 1)) return [];
  return [
    problem(
      "even-quorum",
      [...service.source, "redis", "mode"],
      `service "${service.name}" has ${sentinels} Sentinels, one on each host; there is no majority when half of them are gone`,
      { hint: "run it on an odd number of hosts, three or more" },
    ),
  ];
}
