import type { Inventory } from "../../inventory/schema/index.ts";
import type { ServiceEntry } from "../../inventory/schema/services.ts";
import type { KindFacts, Resolution, Written } from "../context.ts";
import type { Host, Instance, Service } from "../model.ts";
import { parseDuration } from "../units.ts";
import { resolveThresholds } from "./thresholds.ts";

/** Kinds that run on hosts without being written: the service has the kind's name. */
export const implicitKinds = ["node", "windows", "keepalived"] as const;

export function isImplicitKind(kind: string): boolean {
  return implicitKinds.some((each) => each === kind);
}

/** Services by name: the declared ones, then the implicit ones that have a host. */
export function resolveServices(
  inventory: Inventory,
  hosts: ReadonlyMap<string, Host>,
  resolution: Resolution,
): ReadonlyMap<string, Service> {
  const written = resolution.written;
  const services = new Map<string, Service>();
  for (const [name, entry] of Object.entries(inventory.services)) {
    const kind = resolution.kinds.get(entry.kind);
    if (kind === undefined) continue;
    const service = resolveService(name, entry, kind, { inventory, hosts, resolution, written });
    services.set(name, service);
  }
  addImplicit(inventory, hosts, services, resolution);
  return services;
}

interface Around {
  readonly inventory: Inventory;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly resolution: Resolution;
  readonly written: Written;
}

function resolveService(name: string, entry: ServiceEntry, kind: KindFacts, around: Around): Service {
  const { inventory, resolution } = around;
  const source = ["services", name];
  checkPlace(name, entry, resolution);
  const instances = resolveInstances(name, entry, kind, around);
  return {
    name,
    kind: entry.kind,
    version: entry.version,
    owner: entry.owner ?? commonOwner(instances) ?? inventory.default_owner,
    ownedByHosts: entry.owner === undefined && isImplicitKind(entry.kind),
    labels: entry.labels,
    port: entry.port ?? kind.port,
    instances,
    external: (entry.external ?? []).map((endpoint, index) => ({
      ...splitHostPort(endpoint),
      source: [...source, "external", index],
    })),
    dependsOn: entry.depends_on,
    capacity: entry.capacity && {
      peakRps: entry.capacity.peak_rps,
      rpsPerHost: entry.capacity.rps_per_host,
      headroom: entry.capacity.headroom,
    },
    slos: entry.slos.map((slo, index) => ({
      name: slo.name,
      objective: slo.objective,
      sli: slo.sli,
      thresholdMs: slo.threshold === undefined ? undefined : parseDuration(slo.threshold),
      source: [...source, "slos", index],
    })),
    health: entry.health && { path: entry.health.path, port: entry.health.port, status: entry.health.status },
    metrics: entry.metrics && { path: entry.metrics.path, port: entry.metrics.port },
    logs: entry.logs.map((log) => ({ path: log.path, parser: log.parser, multiline: log.multiline })),
    settings: around.written.settings(name),
    thresholds: resolveThresholds(entry.thresholds, [...source, "thresholds"], [kind], resolution),
    accept: entry.accept,
    implicit: false,
    source,
  };
}

function checkPlace(name: string, entry: ServiceEntry, resolution: Resolution): void {
  const source = ["services", name];
  const implicit = isImplicitKind(entry.kind);
  if (entry.hosts === undefined && entry.external === undefined && !(implicit && name === entry.kind))
    resolution.report("missing-key", source, `service "${name}" has no hosts`, {
      at: "parent",
      hint: "add hosts with names from hosts, or external with HOST:PORT of what you do not run",
    });
  if (entry.hosts !== undefined && entry.external !== undefined)
    resolution.report("invalid-value", [...source, "external"], `service "${name}" has both hosts and external`, {
      at: "key",
      hint: "make two services of it",
    });
  const seen = new Set<string>();
  for (const [index, endpoint] of (entry.external ?? []).entries()) {
    const same = endpoint.toLowerCase();
    if (seen.has(same))
      resolution.report("duplicate-name", [...source, "external", index], `service "${name}" names ${endpoint} twice`, {
        hint: "remove one of them",
      });
    seen.add(same);
  }
}

function resolveInstances(name: string, entry: ServiceEntry, kind: KindFacts, around: Around): readonly Instance[] {
  const { resolution } = around;
  const source = ["services", name, "hosts"];
  const written = Array.isArray(entry.hosts)
    ? entry.hosts.map((host, index) => ({ host, special: undefined, source: [...source, index], at: "value" as const }))
    : Object.entries(entry.hosts ?? {}).map(([host, special]) => ({
        host,
        special,
        source: [...source, host],
        at: "key" as const,
      }));
  const seen = new Set<string>();
  const instances: Instance[] = [];
  for (const item of written) {
    if (seen.has(item.host)) {
      resolution.report("duplicate-name", item.source, `service "${name}" names host ${item.host} twice`, {
        hint: "remove one of them",
      });
      continue;
    }
    seen.add(item.host);
    // A host that is not there still counts, so that a misspelt name does not look like a service that is too small.
    const host = hostOf(item, name, around) ?? unknownHost(item.host, around.inventory.default_owner);
    const { role, backup = false, spare = false, port, labels = {} } = item.special ?? {};
    checkRole(kind, role, item.source, resolution);
    instances.push({ host, role, backup, spare, port, labels, source: item.source });
  }
  if (entry.hosts !== undefined && written.length === 0)
    resolution.report("invalid-value", source, `hosts of service "${name}" is empty`, {
      hint: "name at least one host, or remove the service",
    });
  return instances;
}

function unknownHost(name: string, owner: string): Host {
  return { name, legs: [], os: "debian-12", owner, labels: {}, managed: true, source: ["hosts", name] };
}

function hostOf(
  item: { readonly host: string; readonly source: readonly (string | number)[]; readonly at: "key" | "value" },
  service: string,
  { hosts, resolution }: Around,
): Host | undefined {
  return resolution.lookup(item.host, hosts, {
    section: "hosts",
    path: item.source,
    at: item.at,
    subject: `service "${service}" runs on`,
    fix: `add ${item.host} under hosts with an address`,
  });
}

function checkRole(
  kind: KindFacts,
  role: string | undefined,
  source: readonly (string | number)[],
  resolution: Resolution,
): void {
  if (role === undefined || kind.roles?.includes(role) === true) return;
  const roles = kind.roles ?? [];
  resolution.report("invalid-value", [...source, "role"], `role is "${role}", which kind ${kind.id} does not have`, {
    hint: roles.length === 0 ? "remove the role" : `write one of ${roles.join(", ")}`,
  });
}

/** The owner that all its hosts have in common, so that a service on one team's hosts is that team's. */
function commonOwner(instances: readonly Instance[]): string | undefined {
  const owners = new Set(instances.map((instance) => instance.host.owner));
  return owners.size === 1 ? [...owners][0] : undefined;
}

function splitHostPort(endpoint: string): { readonly host: string; readonly port: number } {
  const colon = endpoint.lastIndexOf(":");
  return { host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(endpoint.slice(colon + 1)) };
}

function addImplicit(
  inventory: Inventory,
  hosts: ReadonlyMap<string, Host>,
  services: Map<string, Service>,
  resolution: Resolution,
): void {
  for (const kind of implicitKinds) {
    const declared = services.get(kind);
    if (declared !== undefined && declared.kind !== kind) {
      resolution.report(
        "duplicate-name",
        declared.source,
        `service "${kind}" has the name of the implicit service of kind ${kind}`,
        { at: "key", hint: "give it another name" },
      );
      continue;
    }
    const taken = new Set(
      [...services.values()]
        .filter((service) => service.kind === kind)
        .flatMap((service) => service.instances.map((instance) => instance.host.name)),
    );
    const implied = implicitHosts(kind, { hosts, services, inventory })
      .filter((host) => !taken.has(host.name))
      .map(
        (host): Instance => ({
          host,
          role: undefined,
          backup: false,
          spare: false,
          port: undefined,
          labels: {},
          source: host.source,
        }),
      );
    // Declared with some hosts it says what is special there, and is on the others all the same.
    if (declared !== undefined) services.set(kind, { ...declared, instances: [...declared.instances, ...implied] });
    else if (implied.length > 0) services.set(kind, implicitService(kind, implied, inventory));
  }
}

function implicitHosts(
  kind: (typeof implicitKinds)[number],
  around: {
    readonly hosts: ReadonlyMap<string, Host>;
    readonly services: ReadonlyMap<string, Service>;
    readonly inventory: Inventory;
  },
): readonly Host[] {
  const all = [...around.hosts.values()];
  if (kind === "windows") return all.filter((host) => host.os === "windows");
  if (kind === "node") return all.filter((host) => host.os !== "windows");
  const members = Object.values(around.inventory.virtual_ips).flatMap(
    (vip) => around.services.get(vip.service)?.instances.filter((instance) => !instance.spare) ?? [],
  );
  const names = new Set(members.map((instance) => instance.host.name));
  return all.filter((host) => names.has(host.name));
}

function implicitService(kind: string, instances: readonly Instance[], inventory: Inventory): Service {
  return {
    name: kind,
    kind,
    version: undefined,
    owner: inventory.default_owner,
    ownedByHosts: true,
    labels: {},
    port: undefined,
    instances,
    external: [],
    dependsOn: [],
    capacity: undefined,
    slos: [],
    health: undefined,
    metrics: undefined,
    logs: [],
    settings: {},
    thresholds: {},
    accept: {},
    implicit: true,
    source: kind === "keepalived" ? ["virtual_ips"] : ["hosts"],
  };
}
