/** What differs between the edges of the tests. */
export interface EdgeOptions {
  readonly webInterval?: string;
  readonly insideInterval?: string;
  readonly webPreempt?: boolean;
  /** More lines of `virtual_ips`. */
  readonly more?: string;
}

/** Two balancers on two segments, a virtual IP on each with the other one preferred, two applications, one of them as backup. */
export function edgeInventory(options: EdgeOptions = {}): string {
  const { webInterval = "200ms", insideInterval = "200ms", webPreempt = true, more = "" } = options;
  return `
version: 1
platform: edge
segments:
  frontend: { cidr: 198.51.100.0/24, interface: eth0 }
  backend: { cidr: 203.0.113.0/24, interface: eth1 }
hosts:
  lb1: { addresses: { frontend: 198.51.100.11, backend: 203.0.113.11 } }
  lb2: { addresses: { frontend: 198.51.100.12, backend: 203.0.113.12 } }
  app1: { address: 203.0.113.21, segment: backend }
  app2: { address: 203.0.113.22, segment: backend }
services:
  edge:
    kind: nginx
    hosts: [lb1, lb2]
    nginx:
      sites:
        - { server_name: www.edge.example, virtual_ip: web, listen: 80, routes: [{ path: /, to: pages }] }
        - { server_name: menu.edge.example, virtual_ip: inside, listen: 8080, routes: [{ path: /, to: pages }] }
  pages: { kind: nodejs, hosts: { app1: {}, app2: { backup: true } }, port: 3000 }
virtual_ips:
  web:
    address: 198.51.100.100/24
    service: edge
    virtual_router_id: 51
    priority: [lb1, lb2]
    advert_interval: ${webInterval}
    preempt: ${webPreempt}
  inside:
    address: 203.0.113.100/24
    service: edge
    virtual_router_id: 52
    priority: [lb2, lb1]
    advert_interval: ${insideInterval}
    preempt: true
${more}`;
}

/** The virtual IPs of the inventory, as a client asks them. */
export const web = { address: "198.51.100.100", port: 80, host: "www.edge.example" };
export const inside = { address: "203.0.113.100", port: 8080, host: "menu.edge.example" };

/** The address by which an application sees a balancer. */
export const seenAs: Readonly<Record<string, string>> = { lb1: "203.0.113.11", lb2: "203.0.113.12" };

/** Programs beside those of every lab. */
export const edgeTools = ["nginx", "keepalived", "perl", "nsenter", "systemd-tmpfiles", "systemd-sysusers"];
