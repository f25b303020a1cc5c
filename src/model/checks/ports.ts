import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Instance, Model, Service } from "../model.ts";
import type { Checked } from "./index.ts";

interface Claim {
  readonly service: string;
  readonly purpose: string;
  readonly path: Path;
}

/** No two services that listen on one port of a host. */
export function checkPorts({ model, kinds }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  const taken = new Map<string, Claim>();
  const services = [...model.services.values()].sort((a, b) => Number(a.implicit) - Number(b.implicit));
  for (const service of services) {
    const kind = kinds.get(service.kind);
    if (kind === undefined) continue;
    for (const instance of service.instances)
      for (const [port, claim] of claimsOf(model, kind, service, instance)) {
        const place = `${instance.host.name}:${port}`;
        const other = taken.get(place);
        if (other === undefined) taken.set(place, claim);
        else if (other.service !== service.name && !told.has(`${service.name} ${other.service} ${port}`)) {
          told.add(`${service.name} ${other.service} ${port}`);
          problems.push(
            problem(
              "port-collision",
              claim.path,
              `port ${port} on host ${instance.host.name} is wanted by service "${service.name}" (${claim.purpose}) and by service "${other.service}" (${other.purpose}, {line})`,
              { mentions: other.path, hint: "give one of them another port, or run it on another host" },
            ),
          );
        }
      }
  }
  return problems;
}

/** Ports that an instance takes on its host; those of the node exporter belong to whoever runs it. */
function claimsOf(model: Model, kind: KindFacts, service: Service, instance: Instance): ReadonlyMap<number, Claim> {
  const claims = new Map<number, Claim>();
  const own = instance.port ?? service.port;
  const path =
    instance.port === undefined
      ? service.implicit
        ? instance.source
        : [...service.source, "port"]
      : [...instance.source, "port"];
  if (own !== undefined) claims.set(own, { service: service.name, purpose: kind.title, path });
  for (const { port, purpose } of kind.ports?.(service) ?? [])
    if (!claims.has(port)) claims.set(port, { service: service.name, purpose, path: instance.source });
  if (kind.id === "keepalived") return claims;
  for (const endpoint of kind.endpoints(service, model)) {
    const port = endpoint.port === service.port ? own : endpoint.port;
    if (port !== undefined && !claims.has(port))
      claims.set(port, { service: service.name, purpose: `exporter ${endpoint.name}`, path: instance.source });
  }
  return claims;
}
