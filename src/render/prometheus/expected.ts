import type { Path } from "../../diagnostics/path.ts";
import type { Labels, Model, Service } from "../../model/model.ts";
import type { Signals } from "../../signals/signals.ts";
import { instancesOf } from "./layout.ts";

/** A rule that records a number of the inventory, so that expressions stay the same for every size. */
export interface ExpectedRecord {
  readonly record: string;
  readonly expr: string;
  readonly labels: Labels;
  readonly source: Path;
}

/**
 * `service:expected_targets:count` for each service, `service:expected_probes:count` for each that is asked from outside,
 * `service:quorum:count` for each cluster that votes and `service:expected_primaries:count` for each that has one
 * primary: one series for each service, since alerts join on it.
 */
export function expectedRecords(model: Model, signals: Signals): readonly ExpectedRecord[] {
  const services = [...model.services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const targets = new Map<string, number>();
  for (const job of signals.jobs) targets.set(job.service, (targets.get(job.service) ?? 0) + job.targets.length);
  const probers = instancesOf(model, "blackbox").length;
  const probes = new Map<string, number>();
  for (const { service } of signals.probes) probes.set(service, (probes.get(service) ?? 0) + probers);
  return services.flatMap((service) => [
    ...counted("service:expected_targets:count", targets.get(service.name), service),
    ...counted("service:expected_probes:count", probes.get(service.name), service),
    ...clusterOf(service, signals),
  ]);
}

function clusterOf(service: Service, signals: Signals): readonly ExpectedRecord[] {
  const cluster = signals.clusters.get(service.name);
  if (cluster === undefined) return [];
  const active = service.instances.filter((instance) => !instance.spare);
  if (active.length === 0) return [];
  switch (cluster.type) {
    case "quorum":
      return [record("service:quorum:count", Math.floor(active.length / 2) + 1, service)];
    case "primary":
      return [record("service:expected_primaries:count", 1, service)];
  }
}

function counted(name: string, count: number | undefined, service: Service): readonly ExpectedRecord[] {
  return count === undefined || count === 0 ? [] : [record(name, count, service)];
}

function record(name: string, value: number, service: Service): ExpectedRecord {
  return {
    record: name,
    expr: `vector(${value})`,
    labels: { service: service.name, owner: service.owner, kind: service.kind, job: service.kind },
    source: service.source,
  };
}
