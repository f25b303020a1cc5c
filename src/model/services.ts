import type { Instance, Model, Service } from "./model.ts";

/** Services of a kind, by name. */
export function servicesOf(model: Model, kind: string): readonly Service[] {
  return [...model.services.values()]
    .filter((service) => service.kind === kind)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

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
