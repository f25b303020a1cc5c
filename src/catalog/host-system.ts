import { type Problem, problem } from "../diagnostics/problem.ts";
import type { Service } from "../model/model.ts";

/** Hosts on which a kind cannot run, because their system is another one; spoken of where the inventory names them. */
export function checkSystem(service: Service, kind: string, wanted: "linux" | "windows"): readonly Problem[] {
  return service.instances
    .filter(({ host }) => (host.os === "windows") !== (wanted === "windows"))
    .map(({ host, source }) =>
      problem(
        "invalid-value",
        source,
        `service "${service.name}" of kind ${kind} runs on ${host.name}, whose os is ${host.os}`,
        { hint: `remove ${host.name} here, or correct os of the host` },
      ),
    );
}
