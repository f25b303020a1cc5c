import { joinHostPort } from "../../model/ip.ts";
import type { Instance, Labels, Model, Service, VirtualIp } from "../../model/model.ts";
import type { Probe } from "../../signals/endpoint.ts";
import type { ServiceProbe } from "../../signals/signals.ts";
import type { Kind } from "../kind.ts";
import { instanceLabels, serviceLabels } from "./labels.ts";

/** Everything that is asked from outside: each host by ping, each service on its port, each virtual IP, and what settings ask for. */
export function probesOf(model: Model, kinds: ReadonlyMap<string, Kind>): readonly ServiceProbe[] {
  const metrics = [...kinds.values()].find((kind) => kind.probeMetrics !== undefined)?.probeMetrics;
  const present = [...model.services.values()].some((service) => kinds.get(service.kind)?.probeMetrics !== undefined);
  if (metrics === undefined || !present) return [];
  const virtualIps = Map.groupBy(model.virtualIps.values(), (vip) => vip.service);
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    if (kind === undefined) return [];
    const special = kind.probes?.(service, model) ?? [];
    const asked = new Set(special.map(({ virtualIp }) => virtualIp));
    const own = [
      ...service.instances.flatMap((instance) => instanceProbes(kind, service, instance)),
      ...externalProbes(kind, service),
      ...(virtualIps.get(service.name) ?? []).flatMap((vip) => vipProbes(kind, service, vip, asked.has(vip.name))),
    ];
    const instances = new Map(service.instances.map((instance) => [instance.host.name, instance]));
    return [...own, ...special].map((probe): ServiceProbe => {
      const instance = "host" in probe.at ? instances.get(probe.at.host) : undefined;
      return {
        probe,
        service: service.name,
        labels: { ...labelsOf(model, service, probe, instance), instance: probe.instance },
        metrics: metrics[probe.prober],
        source: probe.source,
      };
    });
  });
}

function labelsOf(model: Model, service: Service, { virtualIp }: Probe, instance: Instance | undefined): Labels {
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
  return service.external.map(({ host, port: own, source }) => {
    const port = service.health?.port ?? own;
    return {
      ...ask,
      // What others offer on 443 speaks TLS, with a certificate for the name that it is asked by.
      ...(ask.prober === "http" && port === 443 ? { scheme: "https" as const } : {}),
      at: { address: host },
      port,
      instance: joinHostPort(host, port),
      source,
    };
  });
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

/** By ping, and on the service's port as its instances are, unless the kind asks for something there itself. */
function vipProbes(kind: Kind, service: Service, vip: VirtualIp, asked: boolean): readonly Probe[] {
  const at = { at: { address: vip.address }, virtualIp: vip.name, source: vip.source };
  const ping: Probe = { module: "icmp", prober: "icmp", ...at, instance: vip.address };
  const ask = healthOf(kind, service);
  const port = service.health?.port ?? service.port;
  if (asked || ask === undefined || port === undefined) return [ping];
  return [ping, { ...ask, ...at, port, instance: joinHostPort(vip.address, port) }];
}
