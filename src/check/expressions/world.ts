import type { Provider, Recorded, World } from "../../promql/world.ts";
import { whyMissing } from "../../signals/exposed.ts";
import type { LabelValues, MetricFamily } from "../../signals/metric.ts";
import type { ScrapeJob, ServiceProbe, Signals } from "../../signals/signals.ts";

/** What an expression can resolve to: the endpoints that are scraped, the probes, and what rules record. */
export function worldOf(
  signals: Signals,
  recorded: readonly Recorded[],
  alertNames: readonly string[],
  prometheus: string | undefined,
): World {
  const exposed = new Map<string, Pick<Provider, "on" | "off">>();
  const jobs = signals.jobs.map((job): Provider => {
    const { keep, drop, collectors, name } = job.endpoint;
    const key = JSON.stringify([
      name,
      job.version,
      keep,
      drop,
      collectors,
      job.endpoint.metrics.length,
      job.endpoint.anyMetrics,
    ]);
    const families = exposed.get(key) ?? split(job);
    exposed.set(key, families);
    return {
      job: job.kind,
      targetLabels: labelsOver(job.targets.map((target) => ({ job: job.kind, ...target.labels }))),
      ...families,
      ...(job.endpoint.anyMetrics && { anything: true as const }),
    };
  });
  return {
    providers: [...jobs, ...probeProviders(signals.probes)],
    recorded,
    alertNames,
    ...(prometheus === undefined ? {} : { prometheus }),
  };
}

function split(job: ScrapeJob): Pick<Provider, "on" | "off"> {
  const on = new Map<string, MetricFamily>();
  const off = new Map<string, { readonly family: MetricFamily; readonly why: string }>();
  for (const family of job.endpoint.metrics) {
    const why = whyMissing(family, job);
    if (why === undefined) on.set(family.name, family);
    else if (why !== "dropped") off.set(family.name, { family, why });
  }
  return { on, off };
}

function probeProviders(probes: readonly ServiceProbe[]): readonly Provider[] {
  const families = new Map<readonly MetricFamily[], ReadonlyMap<string, MetricFamily>>();
  return [...Map.groupBy(probes, (probe) => `${probe.probe.module} ${probe.service}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const on = families.get(first.metrics) ?? new Map(first.metrics.map((family) => [family.name, family]));
    families.set(first.metrics, on);
    const job = `blackbox-${first.probe.module}`;
    const targetLabels = { ...labelsOver(group.map((probe) => ({ job, ...probe.labels }))), prober: "open" as const };
    return [{ job, targetLabels, on, off: new Map() }];
  });
}

/** Every label with its values over all targets; an empty one where a target lacks it. */
function labelsOver(targets: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, LabelValues>> {
  const names = new Set(targets.flatMap((target) => Object.keys(target)));
  const result: Record<string, LabelValues> = {};
  for (const name of names) result[name] = [...new Set(targets.map((target) => target[name] ?? ""))];
  return result;
}
