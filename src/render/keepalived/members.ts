import { type KeepalivedSettings, keepalivedSettings } from "../../catalog/keepalived/settings.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Host, Model, Service, VirtualIp } from "../../model/model.ts";

/** A host that we manage and that takes virtual IPs. */
export interface Member {
  readonly host: Host;
  /** The service of kind keepalived that the host belongs to, and its settings. */
  readonly keepalived: Service;
  readonly settings: KeepalivedSettings;
  /** Sorted by name. */
  readonly routers: readonly Router[];
  /** Services behind its virtual IPs, sorted by name. */
  readonly services: readonly Service[];
}

/** One virtual IP on one member. */
export interface Router {
  readonly vip: VirtualIp;
  readonly interface: string;
  readonly interfaceSource: Path;
  /** 254 for the preferred host, one less for each next one: a small gap makes a short skew. */
  readonly priority: number;
  /** Own address on the segment of the virtual IP. */
  readonly address: Leg;
  readonly peers: readonly Leg[];
}

export interface Leg {
  readonly address: string;
  readonly source: Path;
}

const highestPriority = 254;

/** Members by host name. Hosts of others are peers only; Windows has no keepalived. */
export function membersOf(model: Model): readonly Member[] {
  const vips = [...model.virtualIps.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const daemons = new Map(
    [...model.services.values()]
      .filter(({ kind }) => kind === "keepalived")
      .toReversed()
      .flatMap((service) => service.instances.map(({ host }) => [host.name, service] as const)),
  );
  return [...new Set(vips.flatMap(({ priority }) => priority))]
    .flatMap((name) => model.hosts.get(name) ?? [])
    .filter((host) => host.managed && host.os !== "windows")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((host) => {
      const routers = vips.flatMap((vip) => routerOf(model, vip, host));
      const keepalived = daemons.get(host.name);
      if (routers.length === 0 || keepalived === undefined) return [];
      const names = [...new Set(routers.map(({ vip }) => vip.service))].sort();
      const services = names.flatMap((name) => model.services.get(name) ?? []);
      return [{ host, keepalived, settings: keepalivedSettings.parse(keepalived.settings), routers, services }];
    });
}

function routerOf(model: Model, vip: VirtualIp, host: Host): readonly Router[] {
  const segment = model.segments.get(vip.segment);
  const place = vip.priority.indexOf(host.name);
  const own = legOn(host, vip.segment);
  if (segment?.interface === undefined || place < 0 || own === undefined) return [];
  const peers = vip.priority
    .filter((name) => name !== host.name)
    .flatMap((name) => {
      const peer = model.hosts.get(name);
      return (peer && legOn(peer, vip.segment)) ?? [];
    });
  return [
    {
      vip,
      interface: segment.interface,
      interfaceSource: [...segment.source, "interface"],
      priority: highestPriority - place,
      address: own,
      peers,
    },
  ];
}

function legOn(host: Host, segment: string): Leg | undefined {
  return host.legs.find((leg) => leg.segment === segment);
}
