import type { Balancer } from "./balancer.ts";

/** keepalived.conf of a cluster that is not ours: one multicast instance, as guides on the web write it. */
export function strangerConfig(address: string, virtualRouterId = 51): string {
  return `vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id ${virtualRouterId}
  priority 150
  advert_int 1
  virtual_ipaddress {
    ${address}/24
  }
}
global_defs {
  vrrp_version 3
}
`;
}

/** Makes members of a pair send multicast: what is rendered, without its peers. */
export function useMulticast(balancer: Balancer, config: string): void {
  const multicast = config
    .replaceAll(/^\s*unicast_peer \{[^}]*\}\n/gm, "")
    .replaceAll(/^(\s*)unicast_src_ip/gm, "$1mcast_src_ip");
  balancer.install("/etc/keepalived/keepalived.conf", multicast);
}
