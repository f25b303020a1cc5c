import { whyMissing } from "../../signals/exposed.ts";
import type { Signals } from "../../signals/signals.ts";

/** Which metrics there are for a service. */
export type Exposure = (service: string, metric: string) => boolean;

/** What a service's own targets expose and what is recorded for it; what probes and rules give counts for every service. */
export function exposureOf({
  jobs,
  probes,
  records,
  clusters,
}: Pick<Signals, "jobs" | "probes" | "records" | "clusters">): {
  readonly ofService: Exposure;
  readonly anywhere: (metric: string) => boolean;
} {
  const shared = new Set(records.map(({ record }) => record));
  for (const metrics of new Set(probes.map((probe) => probe.metrics)))
    for (const family of metrics) shared.add(family.name);
  const own = new Map<string, Set<string>>();
  for (const job of jobs) {
    const names = own.get(job.service) ?? new Set(["service:expected_targets:count"]);
    own.set(job.service, names);
    for (const family of job.endpoint.metrics) if (whyMissing(family, job) === undefined) names.add(family.name);
  }
  for (const [service, { type }] of clusters)
    own.get(service)?.add(type === "quorum" ? "service:quorum:count" : "service:expected_primaries:count");
  const all = new Set([...shared, ...[...own.values()].flatMap((names) => [...names])]);
  return {
    ofService: (service, metric) => shared.has(metric) || own.get(service)?.has(metric) === true,
    anywhere: (metric) => all.has(metric),
  };
}
