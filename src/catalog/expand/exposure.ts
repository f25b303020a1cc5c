import { whyMissing } from "../../signals/exposed.ts";
import type { ScrapeJob, Signals } from "../../signals/signals.ts";

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
  const own = new Map<string, ReadonlySet<string>[]>();
  const namesOf = exposedNames();
  for (const job of jobs) {
    const sets = own.get(job.service) ?? [new Set(["service:expected_targets:count"])];
    own.set(job.service, sets);
    sets.push(namesOf(job));
  }
  for (const [service, { type }] of clusters)
    own.get(service)?.push(new Set([type === "quorum" ? "service:quorum:count" : "service:expected_primaries:count"]));
  const all = new Set([...own.values()].flat());
  return {
    ofService: (service, metric) => shared.has(metric) || own.get(service)?.some((names) => names.has(metric)) === true,
    anywhere: (metric) => shared.has(metric) || [...all].some((names) => names.has(metric)),
  };
}

/** Names of the families that a job's targets expose; one set for all jobs that are scraped alike. */
function exposedNames(): (job: ScrapeJob) => ReadonlySet<string> {
  const known = new Map<ScrapeJob["endpoint"]["metrics"], Map<string, ReadonlySet<string>>>();
  return (job) => {
    const { metrics, keep, drop, collectors } = job.endpoint;
    const key = JSON.stringify([job.version, keep, drop, collectors]);
    const alike = known.get(metrics) ?? new Map<string, ReadonlySet<string>>();
    known.set(metrics, alike);
    const names =
      alike.get(key) ??
      new Set(metrics.filter((family) => whyMissing(family, job) === undefined).map(({ name }) => name));
    alike.set(key, names);
    return names;
  };
}
