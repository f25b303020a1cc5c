import { describe, expect, it } from "vitest";
import { problemsIn } from "./problem-case.ts";

const hosts = `version: 1
platform: shop
segments:
  lan: { cidr: 192.0.2.0/24, interface: eth0 }
hosts:
  a: { address: 192.0.2.1, segment: lan, labels: { rack: r1 } }
  b: { address: 192.0.2.2, segment: lan, labels: { rack: r1 } }
`;

async function codesIn(text: string): Promise<readonly string[]> {
  return (await problemsIn(text)).map(({ line, code }) => `${line} ${code}`);
}

describe("several mistakes in one file", () => {
  it("are all reported in one run, in file order, whatever stage finds them", async () => {
    const text = `version: 1
platform: Shop
segments:
  lan: { cidr: 192.0.2.0/24, interface: eth0, reserved_virtual_router_ids: [51] }
hosts:
  a: { address: 192.0.2.1, segment: lan }
  b: { address: 192.0.2.1, segment: lan, lables: {} }
  c: { address: 192.0.3.3, segment: lan }
services:
  edge: { kind: nginx, hosts: [a, b] }
  shop: { kind: nodejs, hosts: [a, bb], port: 3000, depends_on: [cart], capacity: { peak_rps: 500, rps_per_host: 100 } }
  cart: { kind: nodejs, hosts: [a, b], port: 3000, depends_on: [shop] }
  config: { kind: etcd, hosts: [a, b], tresholds: {} }
virtual_ips:
  front: { address: 192.0.2.100/24, service: edge, virtual_router_id: 51 }
alerting:
  service: paging
  receivers:
    mail: { webhook: { url: https://mail.example.org/hook } }
    old: { webhook: { url: https://old.example.org/hook } }
  routes: { default: mail, by_severity: { critical: [mail], warning: [mail], info: [mail] } }
`;
    expect(await codesIn(text)).toEqual([
      "2 invalid-value",
      "7 duplicate-address",
      "7 unknown-key",
      "8 address-outside-segment",
      "11 unknown-reference",
      "11 dependency-cycle",
      "11 capacity-short",
      "12 port-collision",
      "13 even-quorum",
      "13 unknown-key",
      "15 virtual-router-id-collision",
      "16 no-watchdog",
      "17 unknown-reference",
      "20 unused-receiver",
    ]);
  });

  it("come as one each where one would only repeat the other", async () => {
    const broken = `${hosts.replace("192.0.2.2,", "192.0.2.222222,")}services:
  edge: { kind: nginx, hosts: [a, b], accept: { same-rack: one rack } }
  config: { kind: etcd, hosts: [a, b, C] }
virtual_ips:
  front: { address: 192.0.2.100/24, service: edge, virtual_router_id: 51, priority: [a, b] }
`;
    expect(await codesIn(broken)).toEqual(["7 invalid-value", "10 invalid-value"]);
  });

  it.each([
    ["a segment without a network", "24, interface", "33, interface", "4 invalid-value"],
    ["a service of an unknown kind", "kind: nginx", "kind: ngixn", "9 invalid-value"],
    ["a role that there is not", "a: {}", "a: { role: primary }", "9 invalid-value"],
    ["a misspelt host", "b: {}", "bb: {}", "9 unknown-reference"],
  ])("%s makes no virtual IP wrong", async (_name, old, wrong, expected) => {
    const text = `${hosts}services:
  edge: { kind: nginx, hosts: { a: {}, b: {} }, accept: { same-rack: one rack } }
virtual_ips:
  front: { address: 192.0.2.100/24, service: edge, virtual_router_id: 51 }
`;
    expect(await codesIn(text)).toEqual([]);
    expect(await codesIn(text.replace(old, wrong))).toEqual([expected]);
  });
});

describe("accept", () => {
  const service = "  shop: { kind: nodejs, hosts: [a, b], port: 3000 }\n";

  it.each([
    [
      "on the object",
      `services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, accept: { same-rack: one rack } }\n`,
    ],
    ["on the inventory around it", `accept: { same-rack: one rack }\nservices:\n${service}`],
  ])("%s takes a warning away", async (_where, text) => {
    expect(await codesIn(`${hosts}services:\n${service}`)).toEqual(["9 same-rack"]);
    expect(await codesIn(hosts + text)).toEqual([]);
  });

  it("on another object, or of another code, takes nothing away", async () => {
    const text = `${hosts}services:
${service}  cart: { kind: nodejs, hosts: [a], port: 3001, accept: { same-rack: one rack, unmonitored: no } }
`;
    expect(await codesIn(text)).toEqual(["9 same-rack"]);
  });

  it("of one code leaves another problem of the same object", async () => {
    const text = `${hosts}services:
  config: { kind: etcd, hosts: [a, b], accept: { same-rack: one rack } }
`;
    expect(await codesIn(text)).toEqual(["9 even-quorum"]);
  });

  it("of an error is told, and the error stays", async () => {
    const text = `${hosts}services:
  config: { kind: etcd, hosts: [a], accept: { even-quorum: small } }
  broker: { kind: rabbitmq, hosts: [a, b], accept: { even-quorum: small, same-rack: one rack } }
`;
    expect(await codesIn(text)).toEqual(["9 invalid-value", "10 even-quorum", "10 invalid-value"]);
  });
});
