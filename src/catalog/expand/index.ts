import type { Model, Service } from "../../model/model.ts";
import { managedInstances, servicesOf } from "../../model/services.ts";
import type { Unit } from "../../signals/host.ts";
import type { Row } from "../../signals/panel.ts";
import type { ServiceFact, Signals } from "../../signals/signals.ts";
import type { Kind } from "../kind.ts";
import { alertsOf } from "./alerts.ts";
import { exposureOf } from "./exposure.ts";
import { jobsOf } from "./jobs.ts";
import { probesOf } from "./probes.ts";

/** What the kinds of a model's services say. Everything is sorted by names, so that the order of the inventory leaves no trace. */
export function expand(model: Model, kinds: readonly Kind[]): Signals {
  const registry = new Map(kinds.map((kind) => [kind.id, kind]));
  const present = sortedBy(
    kinds.map((kind) => ({ kind, services: servicesOf(model, kind.id) })).filter((entry) => entry.services.length > 0),
    (entry) => entry.kind.id,
  );
  const facts = <Fact>(
    of: (kind: Kind, service: Service) => readonly Fact[] | undefined,
  ): readonly ServiceFact<Fact>[] =>
    present.flatMap((entry) => entry.services.flatMap((service) => factsOf(service, of(entry.kind, service) ?? [])));
  const jobs = present.flatMap(({ kind, services: own }) => own.flatMap((service) => jobsOf(model, kind, service)));
  const probes = probesOf(model, registry);
  const scraped = new Set(jobs.map((job) => job.service));
  // Of what we do not run only the port is asked: its kind's expressions would find nothing.
  const measured = present
    .map(({ kind, services: own }) => ({
      kind,
      services: own.filter(({ name, instances }) => instances.length > 0 || scraped.has(name)),
    }))
    .filter((entry) => entry.services.length > 0);
  const records = present.flatMap(({ kind, services: own }) =>
    [...(kind.records ?? []), ...own.flatMap((service) => kind.expects?.(service) ?? [])].map((record) => ({
      ...record,
      kind: kind.id,
    })),
  );
  const clusters = new Map(
    sortedBy(model.services.values(), (service) => service.name).flatMap((service) => {
      const cluster = registry.get(service.kind)?.cluster?.(service);
      return cluster === undefined ? [] : [[service.name, cluster]];
    }),
  );
  const exposure = exposureOf({ jobs, probes, records, clusters });
  return {
    jobs,
    probes: sortedBy(probes, ({ probe, service }) => `${probe.module} ${probe.instance} ${service}`),
    records,
    alerts: measured.flatMap(({ kind, services: own }) => alertsOf(model, kind, own, exposure.ofService)),
    dashboards: measured.map(({ kind, services: own }) => ({
      kind: kind.id,
      title: kind.title,
      services: own.map((service) => service.name),
      rows: rowsWith(kind.dashboard(own), exposure.anywhere),
      source: own[0]?.source ?? [],
    })),
    clusters,
    logs: facts((kind, service) => [
      ...(kind.logs?.(service) ?? []),
      ...service.logs.map((log, index) => ({
        name: `own-${index}`,
        path: log.path,
        parser: log.parser,
        ...(log.multiline === undefined ? {} : { multiline: log.multiline }),
      })),
    ]),
    units: present.flatMap((entry) => entry.services.flatMap((service) => unitsOf(model, entry.kind, service))),
    packages: facts((kind, service) => kind.packages?.(service)),
    hostFiles: facts((kind, service) => kind.hostFiles?.(service, model)),
  };
}

/** Rows without the panels that could never show data. */
function rowsWith(rows: readonly Row[], exists: (metric: string) => boolean): readonly Row[] {
  return rows
    .map((row) => ({
      ...row,
      panels: row.panels.filter((panel) => (panel.needs ?? []).every(exists)),
    }))
    .filter((row) => row.panels.length > 0);
}

/** Units of a service. Instances with a port of their own have flags of their own. */
function unitsOf(model: Model, kind: Kind, service: Service): readonly ServiceFact<Unit>[] {
  if (service.instances.every(({ port }) => port === undefined || port === service.port))
    return factsOf(service, service.instances.length === 0 ? [] : (kind.units?.(service, model) ?? []));
  const byPort = Map.groupBy(service.instances, (instance) => instance.port ?? service.port);
  return [...byPort].flatMap(([port, instances]) => {
    const units = kind.units?.(port === service.port ? service : { ...service, port }, model) ?? [];
    return factsOf({ ...service, instances }, units);
  });
}

/** A service has facts of several sorts on the same hosts. */
const managedHosts = new WeakMap<Service["instances"], readonly string[]>();

function hostsOf(service: Service): readonly string[] {
  const { instances } = service;
  const known =
    managedHosts.get(instances) ??
    managedInstances(service)
      .map(({ host }) => host.name)
      .sort();
  managedHosts.set(instances, known);
  return known;
}

function factsOf<Fact>(service: Service, facts: readonly Fact[]): readonly ServiceFact<Fact>[] {
  if (facts.length === 0) return [];
  const hosts = hostsOf(service);
  return facts.map((fact) => ({ service: service.name, kind: service.kind, hosts, fact, source: service.source }));
}

function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): readonly T[] {
  const keyed = Array.from(items, (item) => ({ key: key(item), item }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}
