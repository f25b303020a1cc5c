import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting, Model } from "../../model/model.ts";
import { bridgePortOf, needsBridge } from "../../render/alertmanager/receivers.ts";
import type { Route } from "../../render/alertmanager/routes.ts";

/** Receivers that need the exporter service beside Alertmanager, where one of its hosts does not have it on its port. */
export function checkBridge(model: Model, alerting: Alerting, root: Route): readonly Problem[] {
  const members = model.services.get(alerting.service)?.instances ?? [];
  const port = bridgePortOf(model);
  const ports = portsByHost(model, port);
  const hosts = members.map(({ host }) => host.name).toSorted();
  const without = hosts.filter((host) => !ports.has(host));
  const elsewhere = hosts.filter((host) => ports.get(host)?.includes(port) === false);
  if (without.length === 0 && elsewhere.length === 0) return [];
  const said = [
    ...(without.length === 0 ? [] : [`${without.join(", ")} ${without.length === 1 ? "does" : "do"} not have`]),
    ...elsewhere.map((host) => `${host} has on port ${ports.get(host)?.join(" and ")}`),
  ];
  const hints = [
    ...(without.length === 0 ? [] : [`put a service of kind stackwright on ${without.join(", ")}`]),
    ...(elsewhere.length === 0 ? [] : [`give that on ${elsewhere.join(", ")} port ${port}`]),
  ];
  return [...new Set(receiversIn(root))].flatMap((name) => {
    const channel = alerting.receivers.get(name)?.channels.find(needsBridge);
    if (channel === undefined) return [];
    return problem(
      "unreachable-receiver",
      channel.source,
      `receiver "${name}" is told through the exporter service on port ${port} of the Alertmanager host, which ${said.join(" and ")}`,
      { hint: hints.join("; ") },
    );
  });
}

/** The ports on which the exporter service answers on each host that has it. */
function portsByHost(model: Model, usual: number): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const service of model.services.values()) {
    if (service.kind !== "stackwright") continue;
    for (const { host, port } of service.instances)
      found.set(host.name, [...(found.get(host.name) ?? []), port ?? service.port ?? usual]);
  }
  return found;
}

function receiversIn(route: Route): readonly string[] {
  return [...(route.receivers ?? []), ...route.routes.flatMap(receiversIn)];
}
