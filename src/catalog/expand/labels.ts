import type { Host, Instance, Labels, Model, Service } from "../../model/model.ts";

/** Target labels of one instance: inventory < host < service < instance for own labels, then the contract's. */
export function instanceLabels(model: Model, service: Service, instance: Instance): Labels {
  const { host } = instance;
  return {
    ...ownLabels(model, service, instance),
    platform: model.platform,
    environment: model.environment,
    service: service.name,
    kind: service.kind,
    owner: ownerOf(service, host),
    host: host.name,
  };
}

/** Target labels of what is about a whole service: a virtual IP, something outside. */
export function serviceLabels(model: Model, service: Service): Labels {
  return {
    ...sorted({ ...model.labels, ...service.labels }),
    platform: model.platform,
    environment: model.environment,
    service: service.name,
    kind: service.kind,
    owner: service.owner,
  };
}

/** What a host gives to its targets; most services and instances have no labels of their own to add. */
const ofHosts = new WeakMap<Model, WeakMap<Host, Labels>>();

function ownLabels(model: Model, service: Service, { host, labels }: Instance): Labels {
  if (hasAny(service.labels) || hasAny(labels))
    return sorted({ ...model.labels, ...host.labels, ...service.labels, ...labels });
  const known = ofHosts.get(model) ?? new WeakMap<Host, Labels>();
  ofHosts.set(model, known);
  const before = known.get(host) ?? sorted({ ...model.labels, ...host.labels });
  known.set(host, before);
  return before;
}

function hasAny(labels: Labels): boolean {
  for (const _ in labels) return true;
  return false;
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
