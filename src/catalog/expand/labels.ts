import type { Host, Instance, Labels, Model, Service } from "../../model/model.ts";

/** Target labels of one instance: inventory < host < service < instance for own labels, then the contract's. */
export function instanceLabels(model: Model, service: Service, instance: Instance): Labels {
  return {
    ...sorted({ ...model.labels, ...instance.host.labels, ...service.labels, ...instance.labels }),
    ...contractLabels(model, service, ownerOf(service, instance.host)),
    host: instance.host.name,
  };
}

/** Target labels of what is about a whole service: a virtual IP, something outside. */
export function serviceLabels(model: Model, service: Service): Labels {
  return { ...sorted({ ...model.labels, ...service.labels }), ...contractLabels(model, service, service.owner) };
}

function sorted(labels: Labels): Labels {
  const names = Object.keys(labels);
  if (names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name)) return labels;
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What runs on every host belongs to whoever owns the host; other services have one owner. */
export function ownerOf(service: Service, host: Host): string {
  return service.ownedByHosts ? host.owner : service.owner;
}

function contractLabels(model: Model, service: Service, owner: string): Labels {
  return { platform: model.platform, environment: model.environment, service: service.name, kind: service.kind, owner };
}
