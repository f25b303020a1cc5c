import type { Provider, Recorded, TargetValues, World } from "../../promql/world.ts";
import { whyMissing } from "../../signals/exposed.ts";
import type { MetricFamily } from "../../signals/metric.ts";
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
      targetLabels: labelsOver(job.kind, job.targets),
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

const nothing: Provider["off"] = new Map();

function probeProviders(probes: readonly ServiceProbe[]): readonly Provider[] {
  const families = new Map<readonly MetricFamily[], ReadonlyMap<string, MetricFamily>>();
  return [...Map.groupBy(probes, (probe) => `${probe.probe.module} ${probe.service}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const on = families.get(first.metrics) ?? new Map(first.metrics.map((family) => [family.name, family]));
    families.set(first.metrics, on);
    const job = `blackbox-${first.probe.module}`;
    const targetLabels = { ...labelsOver(job, group), prober: "open" as const };
    return [{ job, targetLabels, on, off: nothing }];
  });
}

/** Every label with its values over all targets; an empty one where a target lacks it. */
function labelsOver(
  job: string,
  targets: readonly { readonly labels: Readonly<Record<string, string>> }[],
): Readonly<Record<string, TargetValues>> {
  const names = new Set<string>();
  for (const { labels } of targets) for (const name in labels) names.add(name);
  const result: Record<string, TargetValues> = { job: [job] };
  for (const name of names) result[name] = valuesOf(name, targets);
  return result;
}

function valuesOf(
  name: string,
  targets: readonly { readonly labels: Readonly<Record<string, string>> }[],
): ReadonlySet<string> {
  const values = new Set<string>();
  let last: string | undefined;
  for (const { labels } of targets) {
    const value = labels[name] ?? "";
    // Neighbours are of one service: mostly they differ in host and instance only.
    if (value !== last) values.add(value);
    last = value;
  }
  return values;
}
