import type { Service } from "../../model/model.ts";
import type { Probe, Prober } from "../../signals/endpoint.ts";
import type { BlackboxSettings } from "./settings.ts";

const probers: Readonly<Record<BlackboxSettings["targets"][number]["module"], Prober>> = {
  http_2xx: "http",
  http_any: "http",
  https_any: "http",
  tcp_connect: "tcp",
  tls_connect: "tcp",
  dns_udp: "dns",
  icmp: "icmp",
};

/** Probes of the endpoints under `targets`: they belong to the blackbox service itself. */
export function targetProbes(service: Service, { targets }: BlackboxSettings): readonly Probe[] {
  return targets.map((target, index): Probe => {
    const { module } = target;
    const at = {
      module,
      prober: probers[module],
      source: [...service.source, "blackbox", "targets", index],
    };
    if (!("url" in target) && module === "icmp")
      return { ...at, at: { address: target.address }, instance: target.address };
    const url = new URL("url" in target ? target.url : `tcp://${target.address}`);
    const scheme = url.protocol === "https:" ? "https" : "http";
    const address = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const port = Number(url.port) || (scheme === "https" ? 443 : 80);
    if (!("url" in target)) return { ...at, at: { address }, port, instance: target.address };
    return { ...at, at: { address }, port, scheme, path: url.pathname + url.search, instance: target.url };
  });
}
