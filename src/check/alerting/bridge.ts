import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting, Model } from "../../model/model.ts";
import { bridgePortOf, needsBridge } from "../../render/alertmanager/receivers.ts";
import type { Route } from "../../render/alertmanager/routes.ts";

/** Receivers that need the exporter service beside Alertmanager, where one of its hosts does not have it. */
export function checkBridge(model: Model, alerting: Alerting, root: Route): readonly Problem[] {
  const members = model.services.get(alerting.service)?.instances ?? [];
  const bridged = bridgeHosts(model);
  const without = members.map(({ host }) => host.name).filter((host) => !bridged.has(host));
  if (without.length === 0) return [];
  const hosts = without.toSorted().join(", ");
  return [...new Set(receiversIn(root))].flatMap((name) => {
    const channel = alerting.receivers.get(name)?.channels.find(needsBridge);
    if (channel === undefined) return [];
    return problem(
      "unreachable-receiver",
      channel.source,
      `receiver "${name}" is told through the exporter service on the Alertmanager host, which ${hosts} ${without.length === 1 ? "does" : "do"} not have`,
      { hint: `put a service of kind stackwright on ${hosts}` },
    );
  });
}

/** Hosts whose exporter service answers on the port that Alertmanager's config names. */
function bridgeHosts(model: Model): ReadonlySet<string> {
  const port = bridgePortOf(model);
  const services = [...model.services.values()].filter(({ kind }) => kind === "stackwright");
  return new Set(
    services.flatMap((service) =>
      service.instances
        .filter((instance) => (instance.port ?? service.port ?? port) === port)
        .map(({ host }) => host.name),
    ),
  );
}

function receiversIn(route: Route): readonly string[] {
  return [...(route.receivers ?? []), ...route.routes.flatMap(receiversIn)];
}
