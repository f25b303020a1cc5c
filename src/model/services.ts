import type { Instance, Model, Service } from "./model.ts";

/** Services of a kind, by name. */
export function servicesOf(model: Model, kind: string): readonly Service[] {
  const known = byKind.get(model) ?? groupByKind(model);
  return known.get(kind) ?? [];
}

function groupByKind(model: Model): ReadonlyMap<string, readonly Service[]> {
  const groups = Map.groupBy(model.services.values(), (service) => service.kind);
  for (const services of groups.values()) services.sort((a, b) => (a.name < b.name ? -1 : 1));
  byKind.set(model, groups);
  return groups;
}

/** A model never changes; what prints a file for each host asks this for each host. */
const byKind = new WeakMap<Model, ReadonlyMap<string, readonly Service[]>>();

/** Instances on hosts for which we write files. */
export function managedInstances({ instances }: Service): readonly Instance[] {
  return instances.filter(({ host }) => host.managed);
}

/** Names of the managed hosts of a service, none where there is no such service: what `place` asks for. */
export function managedHosts(model: Model): (service: string) => readonly string[] {
  return (name) => {
    const service = model.services.get(name);
    return service === undefined ? [] : managedInstances(service).map(({ host }) => host.name);
  };
}
