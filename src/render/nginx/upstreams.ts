import { block, directive, type NginxDirective } from "../../artifact/nginx-block.ts";
import type { NginxSettings, Route } from "../../catalog/nginx/settings.ts";
import { uwsgiSettings } from "../../catalog/uwsgi/settings.ts";
import type { Path } from "../../diagnostics/path.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";

/** A group of servers that answer for a service, as one balancer reaches them. */
export interface Upstream {
  readonly name: string;
  readonly service: string;
  readonly balancing: Route["balancing"];
  /** What its servers speak. */
  readonly protocol: "http" | "uwsgi";
  readonly servers: readonly Server[];
  readonly source: Path;
}

export interface Server {
  /** `ADDRESS:PORT`. */
  readonly address: string;
  /** Asked only where no other answers. */
  readonly isBackup: boolean;
  readonly source: Path;
}

const usual: Route["balancing"] = "least_conn";

/** The service's name; with the way of balancing behind it where that is not the usual one. No service name has a dot. */
export function upstreamName({ to, balancing }: Pick<Route, "to" | "balancing">): string {
  return balancing === usual ? to : `${to}.${balancing}`;
}

/** The groups that the routes lead to, by name. A service of which no instance is in rotation has none. */
export function planUpstreams(model: Model, settings: NginxSettings, from: Host): readonly Upstream[] {
  const found = new Map<string, Upstream>();
  for (const route of settings.sites.flatMap((site) => site.routes)) {
    const name = upstreamName(route);
    const service = model.services.get(route.to);
    if (service === undefined || found.has(name)) continue;
    const servers = serversOf(service, from);
    if (servers.length === 0) continue;
    found.set(name, {
      name,
      service: service.name,
      balancing: route.balancing,
      protocol: speaks(service),
      servers,
      source: service.source,
    });
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function serversOf(service: Service, from: Host): readonly Server[] {
  const own = service.instances
    .filter(({ spare }) => !spare)
    .toSorted((a, b) => (a.host.name < b.host.name ? -1 : 1))
    .flatMap((instance): readonly Server[] => {
      const port = instance.port ?? service.port;
      if (port === undefined) return [];
      const address = joinHostPort(addressFrom(from, instance.host), port);
      return [{ address, isBackup: instance.backup, source: instance.source }];
    });
  const external = service.external.map(({ host, port, source }) => ({
    address: joinHostPort(host, port),
    isBackup: false,
    source,
  }));
  const all = [...new Map([...own, ...external].map((server) => [server.address, server])).values()];
  // nginx refuses a group that has only backup servers.
  return all.every(({ isBackup }) => isBackup) ? all.map((server) => ({ ...server, isBackup: false })) : all;
}

function speaks({ kind, settings }: Service): Upstream["protocol"] {
  return kind === "uwsgi" ? uwsgiSettings.parse(settings, { jitless: true }).protocol : "http";
}

/** A server is left alone for `fail_timeout` after so many failures within it. */
const patience = ["max_fails=3", "fail_timeout=10s"];
/**
 * Shorter than any of our services keeps an idle connection (Node's HTTP server: 5 s). A connection that the service
 * closes at the moment at which it is used again costs a POST its answer, because that is never repeated.
 */
const idleSeconds = 4;

/** The `upstream` block of a group. */
export function printUpstream(
  { name, balancing, protocol, servers, source }: Upstream,
  keepalive: number,
): NginxDirective {
  return block(
    "upstream",
    [name],
    [
      directive("zone", name, zoneSize(servers.length)),
      ...(balancing === "round_robin" ? [] : [directive(balancing)]),
      ...servers.map(({ address, isBackup, source }) => ({
        ...directive("server", address, ...patience, ...(isBackup && balancing !== "ip_hash" ? ["backup"] : [])),
        source,
      })),
      // Behind the balancing method, which would otherwise replace it. The uwsgi protocol knows no second request.
      ...(keepalive === 0 || protocol === "uwsgi"
        ? []
        : [directive("keepalive", keepalive), directive("keepalive_timeout", `${idleSeconds}s`)]),
    ],
    { source },
  );
}

/** Shared memory of the group's state; a server takes less than 1 KiB of it. */
function zoneSize(servers: number): string {
  return `${64 * 2 ** Math.max(0, Math.ceil(Math.log2((servers + 16) / 64)))}k`;
}
