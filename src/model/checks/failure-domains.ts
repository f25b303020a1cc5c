import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Service } from "../model.ts";
import { isImplicitKind } from "../resolve/services.ts";
import type { Checked } from "./index.ts";

/** Kinds of which one instance alone is worth a word, even if no service names it. */
const alone = new Set(["prometheus", "alertmanager", "grafana", "kibana", "jaeger", "zabbix"]);

/** Services on one host that others need, and services whose hosts fail together. */
export function checkFailureDomains(checked: Checked): readonly Problem[] {
  const needed = neededBy(checked);
  return [...checked.model.services.values()].flatMap((service) => [
    ...single(service, needed.get(service.name)),
    ...rack(service, checked),
  ]);
}

function single(service: Service, user: string | undefined): readonly Problem[] {
  const [only, second] = service.instances;
  if (only === undefined || second !== undefined || isImplicitKind(service.kind)) return [];
  if (user === undefined && !alone.has(service.kind)) return [];
  const why = user === undefined ? "" : `, and ${user} needs it`;
  return [
    problem(
      "single-point-of-failure",
      service.source,
      `service "${service.name}" has one instance, on ${only.host.name}${why}`,
      {
        at: "key",
        hint: `add a second host, or accept: { single-point-of-failure: "the reason" }`,
      },
    ),
  ];
}

/** Who names a service in `depends_on`, a route, `logging`, `tracing` or `alerting`. */
function neededBy({ model, kinds }: Checked): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  const need = (name: string | undefined, user: string): void => {
    if (name !== undefined && !users.has(name)) users.set(name, user);
  };
  for (const service of model.services.values()) {
    for (const name of service.dependsOn) need(name, `service ${service.name}`);
    for (const reference of kinds.get(service.kind)?.references?.(service) ?? [])
      if (reference.to === "service") need(reference.name, `a route of service ${service.name}`);
  }
  need(model.logging?.store, "logging");
  need(model.tracing?.collector, "tracing");
  for (const exporter of model.tracing?.exporters ?? []) if ("service" in exporter) need(exporter.service, "tracing");
  need(model.alerting?.service, "alerting");
  return users;
}

/** All instances in one rack, or so many of a quorum that the rest is no majority. */
function rack(service: Service, { kinds }: Checked): readonly Problem[] {
  const active = service.instances.filter((instance) => !instance.spare);
  if (active.length < 2 || isImplicitKind(service.kind)) return [];
  const racks = Map.groupBy(active, (instance) => instance.host.labels["rack"]);
  const quorum = kinds.get(service.kind)?.cluster?.(service)?.type === "quorum";
  const limit = quorum ? Math.floor(active.length / 2) + 1 : active.length;
  for (const [name, members] of racks) {
    if (name === undefined || members.length < limit) continue;
    const what = members.length === active.length ? "all instances" : "a majority";
    return [
      problem(
        "same-rack",
        [...service.source, "hosts"],
        `${what} of service "${service.name}" stand in rack ${name}: ${members.map(({ host }) => host.name).join(", ")}`,
        {
          hint: `move one to another rack, or accept: { same-rack: "the reason" }`,
        },
      ),
    ];
  }
  return [];
}
