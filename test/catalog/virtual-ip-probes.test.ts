import { describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";

/** What is asked on the virtual IP of a service of two hosts: module, address and port. */
function asked(service: string): readonly string[] {
  const read = readInventory(`
version: 1
platform: test
segments: { lan: { cidr: 192.0.2.0/24, interface: eth0 } }
hosts:
  a: { address: 192.0.2.11, segment: lan }
  b: { address: 192.0.2.12, segment: lan }
services:
  front: ${service}
  app: { kind: nodejs, hosts: [a, b], port: 3000 }
  probes: { kind: blackbox, hosts: [a, b] }
virtual_ips: { front: { address: 192.0.2.100/24, service: front, virtual_router_id: 61, priority: [a, b] } }
`);
  if (!read.ok) throw new Error("the inventory cannot be read");
  const { result } = build(read, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  if (result === undefined) throw new Error("the inventory has errors");
  return result.signals.probes
    .filter(({ labels }) => labels["vip"] === "front")
    .map(({ probe }) => `${probe.module} ${probe.instance}`)
    .toSorted();
}

describe("a virtual IP", () => {
  it("is asked by ping, and on the port of its service as an instance is", () => {
    expect(asked("{ kind: mysql, hosts: { a: { role: primary }, b: { role: replica } } }")).toEqual([
      "icmp 192.0.2.100",
      "tcp_connect 192.0.2.100:3306",
    ]);
    expect(asked("{ kind: custom, hosts: [a, b], port: 8080, health: { path: /ok, port: 8081 } }")).toEqual([
      "http_2xx 192.0.2.100:8081",
      "icmp 192.0.2.100",
    ]);
  });

  it("is asked for its sites instead where it has some", () => {
    const sites = "[{ server_name: shop.example.org, listen: 80, virtual_ip: front, routes: [{ path: /, to: app }] }]";
    expect(asked(`{ kind: nginx, hosts: [a, b], health: { path: /ok }, nginx: { sites: ${sites} } }`)).toEqual([
      "http_any 192.0.2.100:80/shop.example.org",
      "icmp 192.0.2.100",
    ]);
  });
});
