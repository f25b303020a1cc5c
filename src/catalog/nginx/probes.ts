import { joinHostPort } from "../../model/ip.ts";
import type { Model, Service } from "../../model/model.ts";
import type { Probe } from "../../signals/endpoint.ts";
import type { NginxSettings, Site } from "./settings.ts";

/**
 * Each site from outside, on its virtual IP and on every balancer, so that a standby with a wrong certificate is seen
 * before it takes over: whether it answers below 500, and for a site with TLS its certificate too.
 */
export function nginxProbes(service: Service, settings: NginxSettings, model: Model): readonly Probe[] {
  return settings.sites.flatMap((site, at): readonly Probe[] => {
    const source = [...service.source, "nginx", "sites", at];
    const vip = virtualIpOf(service, site, model);
    const members = service.instances.map(({ host }) => ({
      ...ask(site, joinHostPort(host.name, site.listen)),
      at: { host: host.name },
      source,
    }));
    if (vip === undefined) return members;
    const shared = ask(site, joinHostPort(vip.address, site.listen));
    return [{ ...shared, at: { address: vip.address }, virtualIp: vip.name, source }, ...members];
  });
}

function ask(site: Site, instance: string): Omit<Probe, "at" | "source" | "virtualIp"> {
  const hostname = site.server_name.find((name) => name !== "_" && !name.startsWith("*"));
  const scheme = site.tls === undefined ? "http" : "https";
  return {
    module: `${scheme}_any`,
    prober: "http",
    port: site.listen,
    scheme,
    path: "/",
    // Two sites may share an address and a port; the name keeps their series apart.
    instance: hostname === undefined ? instance : `${instance}/${hostname}`,
    ...(hostname === undefined ? {} : { hostname }),
  };
}

/** Where a site listens: its own virtual IP, or the only one of its service. */
export function virtualIpOf(service: Service, site: Site, model: Model) {
  if (site.virtual_ip !== undefined) return model.virtualIps.get(site.virtual_ip);
  const own = [...model.virtualIps.values()].filter((vip) => vip.service === service.name);
  return own.length === 1 ? own[0] : undefined;
}
