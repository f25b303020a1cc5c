import type { Path } from "../../diagnostics/path.ts";
import type { Labels, Model, Service } from "../../model/model.ts";
import type { Signals } from "../../signals/signals.ts";

/** A rule that records a number of the inventory, so that expressions stay the same for every size. */
export interface ExpectedRecord {
  readonly record: string;
  readonly expr: string;
  readonly labels: Labels;
  readonly source: Path;
}

/**
 * `service:expected_targets:count` for each service and owner, `service:quorum:count` for each cluster that votes and
 * `service:expected_primaries:count` for each that has one primary. `quorums` names the kinds that vote.
 */
export function expectedRecords(model: Model, signals: Signals): readonly ExpectedRecord[] {
  const services = [...model.services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return services.flatMap((service) => [...targetsOf(service, signals), ...clusterOf(service, signals)]);
}

function targetsOf(service: Service, signals: Signals): readonly ExpectedRecord[] {
  const counts = new Map<string, number>();
  for (const job of signals.jobs) {
    if (job.service !== service.name) continue;
    for (const target of job.targets) {
      const owner = target.labels["owner"] ?? service.owner;
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  return [...counts].sort().map(([owner, count]) => record("service:expected_targets:count", count, service, owner));
}

function clusterOf(service: Service, signals: Signals): readonly ExpectedRecord[] {
  const cluster = signals.clusters.get(service.kind);
  if (cluster === undefined) return [];
  const active = service.instances.filter((instance) => !instance.spare);
  if (active.length === 0) return [];
  switch (cluster.type) {
    case "quorum":
      return [record("service:quorum:count", Math.floor(active.length / 2) + 1, service, service.owner)];
    case "primary":
      return [record("service:expected_primaries:count", 1, service, service.owner)];
  }
}

function record(name: string, value: number, service: Service, owner: string): ExpectedRecord {
  return {
    record: name,
    expr: `vector(${value})`,
    labels: { service: service.name, owner, kind: service.kind, job: service.kind },
    source: service.source,
  };
}
