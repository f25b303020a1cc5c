import type { NginxSettings, Site } from "../../catalog/nginx/settings.ts";
import { parseIp } from "../../model/ip.ts";
import type { Model, Service, VirtualIp } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import { servicesOf } from "../../model/services.ts";

/**
 * Where servers listen. nginx binds the wildcard address of each port and nothing else, so that a standby starts without
 * the virtual IP; which server answers, it decides by the address that a connection has come to:
 *
 * 1. A site with a virtual IP answers there, and on the balancers' own addresses in the segment of the virtual IP and
 *    where a prober asks them. On every other address its port is closed: a site on an inside address is not to be had outside.
 * 2. A site without one answers everywhere.
 * 3. Where two sites want an own address and cannot share it (one name on both, or TLS on one), the one whose virtual
 *    IP is in the segment has it, else the earlier one.
 * 4. Each address of a port has exactly one default server, for names that no site has.
 */
export interface Listeners {
  /** Addresses of each site, and of the server that leads from port 80 to it; undefined is every address. */
  readonly of: (site: Site, role: Role) => readonly (string | undefined)[];
  readonly ports: readonly Port[];
}

export type Role = "site" | "redirect";

/** A port that is bound. */
export interface Port {
  readonly port: number;
  /** Whether unknown addresses of it are spoken to in TLS. */
  readonly tls: boolean;
  /** Addresses on which no site takes names that nobody has, with undefined for every address. */
  readonly unclaimed: readonly { readonly address: string | undefined; readonly tls: boolean }[];
}

interface Listener {
  readonly site: Site;
  readonly role: Role;
  readonly port: number;
  readonly tls: boolean;
  readonly virtualIp: VirtualIp | undefined;
}

export function planListeners(model: Model, service: Service, settings: NginxSettings): Listeners {
  const all = settings.sites.flatMap((site) => listenersOf(site, virtualIpOf(model, service, site)));
  const granted = new Map<Listener, readonly (string | undefined)[]>();
  const ports = [...new Set(all.map(({ port }) => port))].toSorted((a, b) => a - b);
  const own = ownAddresses(model, service);
  for (const listener of all) {
    const { virtualIp } = listener;
    if (virtualIp === undefined) granted.set(listener, [undefined]);
    else
      granted.set(listener, [
        virtualIp.address,
        ...own
          .filter(({ segment, isAsked }) => isAsked || segment === virtualIp.segment)
          .filter((address) => winners(all, listener.port, address).includes(listener))
          .map(({ address }) => address),
      ]);
  }
  return {
    of: (site, role) => {
      const listener = all.find((each) => each.site === site && each.role === role);
      return sortAddresses((listener && granted.get(listener)) ?? []);
    },
    ports: ports.map((port) => describe(port, granted)),
  };
}

function listenersOf(site: Site, virtualIp: VirtualIp | undefined): readonly Listener[] {
  const tls = site.tls !== undefined;
  const own: Listener = { site, role: "site", port: site.listen, tls, virtualIp };
  return site.redirect_http && tls ? [own, { site, role: "redirect", port: 80, tls: false, virtualIp }] : [own];
}

/** Where a site listens: its own virtual IP, or the only one of its service. */
export function virtualIpOf(model: Model, service: Service, site: Site): VirtualIp | undefined {
  if (site.virtual_ip !== undefined) return model.virtualIps.get(site.virtual_ip);
  const own = [...model.virtualIps.values()].filter((vip) => vip.service === service.name);
  return own.length === 1 ? own[0] : undefined;
}

interface OwnAddress {
  readonly segment: string;
  readonly address: string;
  /** A prober asks the balancer here. */
  readonly isAsked: boolean;
}

/** Addresses of all balancers of the service, so that the config is the same on each of them. */
function ownAddresses(model: Model, service: Service): readonly OwnAddress[] {
  const probers = servicesOf(model, "blackbox").flatMap((each) => each.instances);
  return service.instances.flatMap(({ host }) => {
    const asked = new Set(probers.map((prober) => addressFrom(prober.host, host)));
    return host.legs.map(({ segment, address }) => ({ segment, address, isAsked: asked.has(address) }));
  });
}

/** Who answers on an own address of a port. */
function winners(all: readonly Listener[], port: number, { segment, isAsked }: OwnAddress): readonly Listener[] {
  const wanting = all.filter(
    (each) => each.port === port && each.virtualIp !== undefined && (isAsked || each.virtualIp.segment === segment),
  );
  const isNear = (each: Listener): boolean => each.virtualIp?.segment === segment;
  const taken: Listener[] = [];
  for (const each of [...wanting.filter(isNear), ...wanting.filter((far) => !isNear(far))])
    if (taken.every((other) => canShare(each, other))) taken.push(each);
  return taken;
}

function canShare(a: Listener, b: Listener): boolean {
  const names = new Set(a.site.server_name.map((name) => name.toLowerCase()));
  return a.tls === b.tls && !b.site.server_name.some((name) => names.has(name.toLowerCase()));
}

function describe(port: number, granted: ReadonlyMap<Listener, readonly (string | undefined)[]>): Port {
  const here = [...granted].filter(([listener]) => listener.port === port);
  const tls = here.some(([listener]) => listener.tls);
  const addresses = sortAddresses([...new Set([...here.flatMap(([, addresses]) => addresses), undefined])]);
  return {
    port,
    tls,
    unclaimed: addresses.flatMap((address) => {
      const answering = here.filter(([, addresses]) => addresses.includes(address)).map(([listener]) => listener);
      if (answering.some(takesUnknownNames)) return [];
      return [{ address, tls: answering.length === 0 ? tls : answering.some((each) => each.tls) }];
    }),
  };
}

/** `_` is the name of the rest. */
export function takesUnknownNames({ site }: { readonly site: Pick<Site, "server_name"> }): boolean {
  return site.server_name.includes("_");
}

/** Every address first, then by family and number. */
function sortAddresses(addresses: readonly (string | undefined)[]): readonly (string | undefined)[] {
  const key = (address: string | undefined): string => {
    const ip = address === undefined ? undefined : parseIp(address);
    return ip === undefined ? "" : `${ip.family}${ip.value.toString(16).padStart(32, "0")}`;
  };
  return [...addresses].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
