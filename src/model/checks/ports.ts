import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Instance, Model, Service } from "../model.ts";
import { sharedUnits } from "./host-files.ts";
import type { Checked } from "./index.ts";

interface Claim {
  readonly service: string;
  readonly purpose: string;
  readonly path: Path;
}

/** Something that listens on a host: which service, on which port, what for, and where the inventory says so. */
export interface Listener extends Claim {
  readonly host: string;
  readonly port: number;
}

/** Everything that listens on the hosts of a model, exporters among them, as far as the kinds know. */
export function listenersOf(model: Model, kinds: ReadonlyMap<string, KindFacts>): readonly Listener[] {
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    const claims = kind === undefined ? undefined : claimsOf(model, kind, service);
    return service.instances.flatMap(
      (instance) => claims?.(instance).map((claim) => ({ ...claim, host: instance.host.name })) ?? [],
    );
  });
}

/**
 * Nothing listens on a port of a host that something else has there. What is implied by hosts comes first, so that the
 * problem stands at what is written.
 */
export function checkPorts({ model, kinds }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  const taken = new Map<string, Claim>();
  // Another port helps nobody whose unit is taken as well, which is told by itself.
  const rivals = new Set(
    sharedUnits({ model, kinds }).map(({ host, later, earlier }) => `${host} ${later.name} ${earlier.name}`),
  );
  const areRivals = (host: string, one: string, other: string): boolean =>
    rivals.has(`${host} ${one} ${other}`) || rivals.has(`${host} ${other} ${one}`);
  const services = [...model.services.values()].sort((a, b) => Number(b.implicit) - Number(a.implicit));
  for (const service of services) {
    const kind = kinds.get(service.kind);
    if (kind === undefined) continue;
    const claims = claimsOf(model, kind, service);
    for (const instance of service.instances)
      for (const { port, ...claim } of claims(instance)) {
        const place = `${instance.host.name}:${port}`;
        const other = taken.get(place);
        if (other === undefined) taken.set(place, claim);
        else if (areRivals(instance.host.name, service.name, other.service)) continue;
        else if (!told.has(`${service.name} ${other.service} ${port}`)) {
          told.add(`${service.name} ${other.service} ${port}`);
          problems.push(
            problem(
              "port-collision",
              other.service === service.name ? other.path : claim.path,
              other.service === service.name
                ? `port ${port} on host ${instance.host.name} is wanted twice by service "${service.name}": ${other.purpose}, ${claim.purpose}`
                : `port ${port} on host ${instance.host.name} is wanted by service "${service.name}" (${claim.purpose}) and by service "${other.service}" (${other.purpose}, {line})`,
              {
                mentions: other.path,
                hint: `give one of them another port${other.service === service.name ? "" : ", or run it on another host"}`,
              },
            ),
          );
        }
      }
  }
  return problems;
}

/** Ports that an instance takes on its host; those of the node exporter belong to whoever runs it. */
function claimsOf(
  model: Model,
  kind: KindFacts,
  service: Service,
): (instance: Instance) => readonly (Claim & { readonly port: number })[] {
  const claim = (port: number, purpose: string, path: Path) => ({ service: service.name, purpose, path, port });
  const taken = kind.ports?.(service) ?? [];
  // What is scraped on the service's own port is no second listener.
  const exporters =
    kind.id === "keepalived" ? [] : kind.endpoints(service, model).filter(({ port }) => port !== service.port);
  return (instance) => {
    const own = instance.port ?? service.port;
    const listening = own === undefined ? [] : [claim(own, kind.title, portPath(service, instance))];
    const others = taken.map(({ port, purpose, path }) => claim(port, purpose, path ?? instance.source));
    if (kind.id === "keepalived") return [...listening, ...others];
    const scraped = exporters.map(({ port, name }) => claim(port, `exporter ${name}`, instance.source));
    return [...listening, ...others.filter(({ port }) => port !== own), ...scraped];
  };
}

function portPath(service: Service, instance: Instance): Path {
  if (instance.port !== undefined) return [...instance.source, "port"];
  return service.implicit ? instance.source : [...service.source, "port"];
}
