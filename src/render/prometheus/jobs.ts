import type { Path } from "../../diagnostics/path.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import type { Endpoint, Probe } from "../../signals/endpoint.ts";
import type { ScrapeJob, ServiceProbe, Signals } from "../../signals/signals.ts";
import { instancesOf } from "./layout.ts";

/** One entry of a target list: an address, its labels, and the inventory path behind it. */
export interface TargetGroup {
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: Path;
}

/** One scrape config with its targets as one Prometheus server reaches them. */
export interface RenderedJob {
  /** `job_name`, also the name of the target list. */
  readonly name: string;
  /** Value of the label `job`, where it is not the name. */
  readonly endpoint: Pick<
    Endpoint,
    "path" | "scheme" | "params" | "interval" | "timeout" | "keep" | "drop" | "bearerToken"
  >;
  readonly groups: readonly TargetGroup[];
  readonly source: Path;
}

/** All scrape configs of one Prometheus server, sorted by name. */
export function jobsFor(model: Model, signals: Signals, server: Host): readonly RenderedJob[] {
  const jobs = [...endpointJobs(model, signals, server), ...probeJobs(model, signals, server)];
  return jobs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of all scrape configs, the same on every server. */
export function jobNames(signals: Signals): ReadonlySet<string> {
  const modules = signals.probes.map(({ probe }) => probeJobName(probe.module));
  return new Set([...sharedConfigs(signals).map(({ name }) => name), ...modules]);
}

function endpointJobs(model: Model, signals: Signals, server: Host): readonly RenderedJob[] {
  return sharedConfigs(signals).map(({ name, first, jobs }) => ({
    name,
    endpoint: settingsOf(first.endpoint),
    groups: byInstance(jobs.flatMap((job) => groupsOf(model, job, server))),
    source: first.source,
  }));
}

/** Endpoints with the same settings share a config; where services differ, the config carries the service's name too. */
function sharedConfigs(
  signals: Signals,
): readonly { readonly name: string; readonly first: ScrapeJob; readonly jobs: readonly ScrapeJob[] }[] {
  const byName = Map.groupBy(signals.jobs, (job) => job.endpoint.name);
  return [...byName].flatMap(([name, jobs]) => {
    const variants = [...Map.groupBy(jobs, (job) => JSON.stringify(settingsOf(job.endpoint))).values()];
    return variants.flatMap((variant) => {
      const [first] = variant;
      if (first === undefined) return [];
      return [{ name: variants.length === 1 ? name : `${name}-${first.service}`, first, jobs: variant }];
    });
  });
}

function probeJobName(module: string): string {
  return `blackbox-${module}`;
}

function settingsOf({
  path,
  scheme,
  params,
  interval,
  timeout,
  keep,
  drop,
  bearerToken,
}: Endpoint): RenderedJob["endpoint"] {
  return {
    ...(path !== undefined && path !== "/metrics" && { path }),
    ...(scheme !== undefined && { scheme }),
    ...(params !== undefined && { params }),
    ...(interval !== undefined && { interval }),
    ...(timeout !== undefined && { timeout }),
    ...(keep !== undefined && { keep }),
    ...(drop !== undefined && { drop }),
    ...(bearerToken !== undefined && { bearerToken }),
  };
}

function groupsOf(model: Model, job: ScrapeJob, server: Host): readonly TargetGroup[] {
  return job.targets.map((target) => {
    const host = target.host === undefined ? undefined : model.hosts.get(target.host);
    const address = host === undefined ? (target.externalHost ?? "") : addressFrom(server, host);
    return {
      target: joinHostPort(address, target.port),
      labels: { job: job.kind, ...target.labels },
      source: target.source,
    };
  });
}

/** Every probe is asked by every blackbox exporter: the exporter is the target, what it asks stands in parameters. */
function probeJobs(model: Model, signals: Signals, server: Host): readonly RenderedJob[] {
  const probers = instancesOf(model, "blackbox");
  const byModule = Map.groupBy(signals.probes, (probe) => probe.probe.module);
  return [...byModule].map(([module, probes]) => ({
    name: probeJobName(module),
    endpoint: { path: "/probe", params: { module: [module] } },
    groups: byInstance(
      probes.flatMap((probe) =>
        probers.map(({ instance, port }) => ({
          target: joinHostPort(addressFrom(server, instance.host), port),
          labels: {
            job: probeJobName(module),
            ...probe.labels,
            prober: instance.host.name,
            ...parametersOf(model, probe, instance.host),
          },
          source: probe.source,
        })),
      ),
    ),
    source: probes[0]?.source ?? [],
  }));
}

function parametersOf(model: Model, { probe }: ServiceProbe, prober: Host): Readonly<Record<string, string>> {
  return {
    __param_target: probeTarget(probe, addressOf(model, probe, prober)),
    ...(probe.hostname === undefined ? {} : { __param_hostname: probe.hostname }),
  };
}

function addressOf(model: Model, { at }: Probe, prober: Host): string {
  if ("address" in at) return at.address;
  const host = model.hosts.get(at.host);
  if (host === undefined) throw new Error(`probe of unknown host ${at.host}`);
  return addressFrom(prober, host);
}

function probeTarget(probe: Probe, address: string): string {
  if (probe.prober === "icmp") return address;
  const endpoint = joinHostPort(address, probe.port ?? 0);
  return probe.prober === "http" ? `${probe.scheme ?? "http"}://${endpoint}${probe.path ?? "/"}` : endpoint;
}

function byInstance(groups: readonly TargetGroup[]): readonly TargetGroup[] {
  return groups
    .map((group) => {
      const { instance, service, prober } = group.labels;
      return { group, key: `${instance} ${service} ${prober ?? ""}` };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ group }) => group);
}
