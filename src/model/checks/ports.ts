import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Instance, Model, Service } from "../model.ts";
import { sharedUnits } from "./host-files.ts";
import type { Checked } from "./index.ts";

/** Something that listens on a host: which service, on which port, what for, and where the inventory says so. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly purpose: string;
  readonly path: Path;
}

/** What the instances of a service take: a port, what for, and where the inventory says so of one of them. */
interface Claim {
  readonly port: number;
  readonly service: string;
  readonly purpose: string;
  readonly pathOn: (instance: Instance) => Path;
}

/** Everything that listens on the hosts of a model, exporters among them, as far as the kinds know. */
export function listenersOf(model: Model, kinds: ReadonlyMap<string, KindFacts>): readonly Listener[] {
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    const claims = kind === undefined ? undefined : claimsOf(model, kind, service);
    return service.instances.flatMap(
      (instance) =>
        claims?.(instance).map(({ pathOn, ...claim }) => ({
          ...claim,
          path: pathOn(instance),
          host: instance.host.name,
        })) ?? [],
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
  const taken = new Map<string, Map<number, Taken>>();
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
    for (const instance of service.instances) {
      const host = instance.host.name;
      const onHost = taken.get(host) ?? new Map<number, Taken>();
      taken.set(host, onHost);
      for (const claim of claims(instance)) {
        const { port } = claim;
        const other = onHost.get(port);
        if (other === undefined) onHost.set(port, { claim, instance });
        else if (areRivals(host, service.name, other.claim.service)) continue;
        else if (!told.has(`${service.name} ${other.claim.service} ${port}`)) {
          told.add(`${service.name} ${other.claim.service} ${port}`);
          problems.push(collision(host, { claim, instance }, other));
        }
      }
    }
  }
  return problems;
}

interface Taken {
  readonly claim: Claim;
  readonly instance: Instance;
}

function collision(host: string, { claim, instance }: Taken, other: Taken): Problem {
  const { port, service, purpose } = claim;
  const first = { ...other.claim, path: other.claim.pathOn(other.instance) };
  const isOwn = first.service === service;
  return problem(
    "port-collision",
    isOwn ? first.path : claim.pathOn(instance),
    isOwn
      ? `port ${port} on host ${host} is wanted twice by service "${service}": ${first.purpose}, ${purpose}`
      : `port ${port} on host ${host} is wanted by service "${service}" (${purpose}) and by service "${first.service}" (${first.purpose}, {line})`,
    {
      mentions: first.path,
      hint: `give one of them another port${isOwn ? "" : ", or run it on another host"}`,
    },
  );
}

/** Ports that an instance takes on its host; those of the node exporter belong to whoever runs it. */
function claimsOf(model: Model, kind: KindFacts, service: Service): (instance: Instance) => readonly Claim[] {
  const claim = (port: number, purpose: string, pathOn: Claim["pathOn"]): Claim => ({
    port,
    service: service.name,
    purpose,
    pathOn,
  });
  const taken = (kind.ports?.(service) ?? []).map(({ port, purpose, path }) =>
    claim(port, purpose, (instance) => path ?? instance.source),
  );
  // What is scraped on the service's own port is no second listener.
  const exporters =
    kind.id === "keepalived"
      ? []
      : kind
          .endpoints(service, model)
          .filter(({ port }) => port !== service.port)
          .map(({ port, name }) => claim(port, `exporter ${name}`, ({ source }) => source));
  const claimsWith = (own: number | undefined): readonly Claim[] => {
    const listening = own === undefined ? [] : [claim(own, kind.title, (instance) => portPath(service, instance))];
    const others = kind.id === "keepalived" ? taken : taken.filter(({ port }) => port !== own);
    return [...listening, ...others, ...exporters];
  };
  const usual = claimsWith(service.port);
  return ({ port }) => (port === undefined ? usual : claimsWith(port));
}

function portPath(service: Service, instance: Instance): Path {
  if (instance.port !== undefined) return [...instance.source, "port"];
  return service.implicit ? instance.source : [...service.source, "port"];
}
