import type { Artifact } from "../../artifact/artifact.ts";
import { printTracedJson, type Traced } from "../../artifact/json.ts";
import { type HostArtifact, place } from "../../artifact/place.ts";
import { type NginxSettings, nginxSettingsOf, usesWaf } from "../../catalog/nginx/settings.ts";
import { formatPath, type Path } from "../../diagnostics/path.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import { managedHosts, managedInstances, servicesOf } from "../../model/services.ts";
import { accessLogFile, auditLogFile } from "../../signals/access-log.ts";
import type { Signals } from "../../signals/signals.ts";
import { buckets } from "./buckets.ts";
import { exclusionsOf } from "./exclusions.ts";

const generator = "render/access-log";
const unit = "stackwright-access-log";
const file = "/etc/stackwright/access-log.json";

/** The config of the access log exporter on every managed balancer: what it cannot read from the logs themselves. */
export function renderAccessLog(model: Model, signals: Signals): readonly Artifact[] {
  const files = servicesOf(model, "nginx").flatMap((service): readonly HostArtifact[] => {
    const settings = nginxSettingsOf(service);
    const port = signals.jobs.find((job) => job.service === service.name && job.endpoint.name === "nginx-access")
      ?.endpoint.port;
    if (settings.sites.length === 0 || port === undefined) return [];
    const source = [[...service.source, "nginx"], service.source];
    return managedInstances(service).map(({ host }) => ({
      host: host.name,
      service: service.name,
      path: file,
      ...printTracedJson(configOf(model, service, { settings, host, port, source })),
      restart: [unit],
      generator,
      source,
    }));
  });
  return place(files, managedHosts(model));
}

interface Balancer {
  readonly settings: NginxSettings;
  readonly host: Host;
  readonly port: number;
  readonly source: readonly Path[];
}

function configOf(model: Model, service: Service, { settings, host, port, source }: Balancer): readonly Traced[] {
  const path = [...service.source, "nginx"];
  const exclusions = exclusionsOf(settings, path);
  return [
    // JSON has no comments.
    { key: "generated_by", value: `Stackwright (${generator}); change the inventory instead.` },
    { key: "inventory", value: source.map(formatPath) },
    { key: "listen", value: askedOn(model, host).map((address) => joinHostPort(address, port)), source: host.source },
    { key: "state", value: "/var/lib/stackwright/access-log.state" },
    { key: "access_log", value: accessLogFile },
    ...(usesWaf(settings) ? [{ key: "audit_log", value: auditLogFile }] : []),
    {
      key: "nginx",
      value: {
        pid: "/run/nginx.pid",
        config: "/etc/nginx/nginx.conf",
        worker_connections: settings.worker_connections,
      },
    },
    { key: "timezone", value: model.timezone },
    { key: "buckets", value: buckets(model, service) },
    {
      key: "sites",
      items: settings.sites.map(({ server_name, routes }, at) => ({
        value: {
          server_name,
          routes: routes.map(({ path: from, to, waf }) => ({
            path: from,
            upstream: to,
            waf: waf === "off" ? waf : waf.mode,
          })),
        },
        source: [...path, "sites", at],
      })),
    },
    {
      key: "upstreams",
      items: routed(model, settings).map((upstream) => ({
        key: upstream.name,
        value: peersOf(upstream, host),
        source: upstream.source,
      })),
      isObject: true,
    },
    { key: "exclusions", items: exclusions.map(({ source: from, ...value }) => ({ value, source: from })) },
  ];
}

/** Own addresses on which Prometheus asks the host, sorted; its first one where nothing does. */
function askedOn(model: Model, host: Host): readonly string[] {
  const asking = servicesOf(model, "prometheus").flatMap(({ instances }) =>
    instances.map((instance) => addressFrom(instance.host, host)),
  );
  return asking.length === 0 ? [addressFrom(host, host)] : [...new Set(asking)].toSorted();
}

/** Services that routes lead to, by name. */
function routed(model: Model, settings: NginxSettings): readonly Service[] {
  const names = new Set(settings.sites.flatMap(({ routes }) => routes.map(({ to }) => to)));
  return [...names].toSorted().flatMap((name) => model.services.get(name) ?? []);
}

/** `ADDRESS:PORT` to which nginx connects → HOST:PORT of the inventory. A spare is in no upstream. */
function peersOf({ instances, port, external }: Service, from: Host): Readonly<Record<string, string>> {
  const own = instances
    .filter(({ spare }) => !spare)
    .flatMap((instance): readonly (readonly [string, string])[] => {
      const listens = instance.port ?? port;
      if (listens === undefined) return [];
      return [[joinHostPort(addressFrom(from, instance.host), listens), joinHostPort(instance.host.name, listens)]];
    });
  const others = external.map(({ host, port: listens }): readonly [string, string] => [
    joinHostPort(host, listens),
    joinHostPort(host, listens),
  ]);
  return Object.fromEntries([...own, ...others].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
