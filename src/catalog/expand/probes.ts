import { joinHostPort } from "../../model/ip.ts";
import type { Instance, Labels, Model, Service } from "../../model/model.ts";
import type { Probe, Prober } from "../../signals/endpoint.ts";
import type { MetricFamily } from "../../signals/metric.ts";
import type { ServiceProbe } from "../../signals/signals.ts";
import type { Kind } from "../kind.ts";
import { instanceLabels, serviceLabels } from "./labels.ts";

/** Everything that is asked from outside: each host by ping, each service on its port, each virtual IP, and what settings ask for. */
export function probesOf(model: Model, kinds: ReadonlyMap<string, Kind>): readonly ServiceProbe[] {
  const metrics = [...kinds.values()].find((kind) => kind.probeMetrics !== undefined)?.probeMetrics;
  const present = [...model.services.values()].some((service) => kinds.get(service.kind)?.probeMetrics !== undefined);
  if (metrics === undefined || !present) return [];
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    if (kind === undefined) return [];
    const own = [
      ...service.instances.flatMap((instance) => instanceProbes(kind, service, instance)),
      ...externalProbes(kind, service),
    ];
    return [...own, ...vipProbes(model, service), ...(kind.probes?.(service, model) ?? [])].map((probe) =>
      wrap(model, service, probe, metrics),
    );
  });
}

function wrap(
  model: Model,
  service: Service,
  probe: Probe,
  metrics: Readonly<Record<Prober, readonly MetricFamily[]>>,
): ServiceProbe {
  return {
    probe,
    service: service.name,
    labels: { ...labelsOf(model, service, probe), instance: probe.instance },
    metrics: metrics[probe.prober],
    source: probe.source,
  };
}

function labelsOf(model: Model, service: Service, probe: Probe): Labels {
  const { at, virtualIp } = probe;
  const instance = "host" in at ? service.instances.find((each) => each.host.name === at.host) : undefined;
  const labels = instance === undefined ? serviceLabels(model, service) : instanceLabels(model, service, instance);
  return virtualIp === undefined ? labels : { ...labels, vip: virtualIp };
}

function instanceProbes(kind: Kind, service: Service, instance: Instance): readonly Probe[] {
  const host = instance.host.name;
  const at = { host };
  if (kind.id === "node" || kind.id === "windows")
    return [{ module: "icmp", prober: "icmp", at, instance: host, source: instance.source }];
  const ask = healthOf(kind, service);
  const port = service.health?.port ?? instance.port ?? service.port;
  if (ask === undefined || port === undefined) return [];
  return [{ ...ask, at, port, instance: joinHostPort(host, port), source: instance.source }];
}

function externalProbes(kind: Kind, service: Service): readonly Probe[] {
  const ask = healthOf(kind, service) ?? { module: "tcp_connect", prober: "tcp" as const };
  return service.external.map(({ host, port, source }) => ({
    ...ask,
    at: { address: host },
    port,
    instance: joinHostPort(host, port),
    source,
  }));
}

/** How the service's own port is asked: as the inventory's `health` says, else as the kind does. */
function healthOf(kind: Kind, service: Service): Pick<Probe, "module" | "prober" | "scheme" | "path"> | undefined {
  const status = service.health?.status ?? kind.probe?.status;
  if (service.health !== undefined || kind.probe?.prober === "http")
    return {
      module: moduleFor(status),
      prober: "http",
      scheme: "http",
      path: service.health?.path ?? kind.probe?.path ?? "/",
    };
  return kind.probe?.prober === "tcp" ? { module: "tcp_connect", prober: "tcp" } : undefined;
}

/** The blackbox module that expects this status; 2xx where none is named. */
export function moduleFor(status: number | undefined): string {
  return status === undefined || (status >= 200 && status < 300) ? "http_2xx" : `http_${status}`;
}

function vipProbes(model: Model, service: Service): readonly Probe[] {
  return [...model.virtualIps.values()]
    .filter((vip) => vip.service === service.name)
    .map((vip) => ({
      module: "icmp",
      prober: "icmp",
      at: { address: vip.address },
      virtualIp: vip.name,
      instance: vip.address,
      source: vip.source,
    }));
}
