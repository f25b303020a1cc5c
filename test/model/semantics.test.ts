import { describe, expect, it } from "vitest";
import { expand } from "../../src/catalog/expand/index.ts";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";
import type { Model } from "../../src/model/model.ts";

const hosts = `hosts:
  a: { address: 192.0.2.1, segment: lan, owner: web }
  b: { address: 192.0.2.2, segment: lan, owner: web }
  c: { address: 192.0.2.3, segment: lan }
  w: { address: 192.0.2.4, segment: lan, os: windows }
`;

function modelOf(text: string): Model {
  const reading = readInventory(`version: 1
platform: shop
default_owner: ops
segments: { lan: { cidr: 192.0.2.0/24, interface: eth0, reserved_virtual_router_ids: [17] } }
${hosts}${text}`);
  if (!reading.ok) throw new Error(reading.flaws[0].message);
  const { model, problems } = compile(reading.value, kinds);
  if (model === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return model;
}

function hostsOf(model: Model, service: string): readonly string[] {
  return model.services.get(service)?.instances.map(({ host }) => host.name) ?? [];
}

/** Owner label of each target of a job, by host. */
function owners(model: Model, service: string): Readonly<Record<string, string | undefined>> {
  const targets = expand(model, kinds)
    .jobs.filter((job) => job.service === service)
    .flatMap((job) => job.targets);
  return Object.fromEntries(targets.map(({ host, labels }) => [host, labels["owner"]]));
}

describe("services that run without being written", () => {
  it("are on every host of their system", () => {
    const model = modelOf("");
    expect(hostsOf(model, "node")).toEqual(["a", "b", "c"]);
    expect(hostsOf(model, "windows")).toEqual(["w"]);
    expect(model.services.has("keepalived")).toBe(false);
  });

  it("are on every host too where they are declared with options, or with some of the hosts", () => {
    expect(hostsOf(modelOf("services: { node: { kind: node, port: 9101 } }"), "node")).toEqual(["a", "b", "c"]);
    const model = modelOf("services: { node: { kind: node, hosts: { c: { port: 9101 } } } }");
    expect(hostsOf(model, "node")).toEqual(["c", "a", "b"]);
    expect(model.services.get("node")?.instances[0]?.port).toBe(9101);
  });

  it("leave out hosts on which another service of the kind is", () => {
    const model = modelOf("services: { linux: { kind: node, hosts: [a] } }");
    expect([hostsOf(model, "linux"), hostsOf(model, "node")]).toEqual([["a"], ["b", "c"]]);
  });

  it("are keepalived on the members of virtual IPs, without spares", () => {
    const model = modelOf(`services:
  edge: { kind: nginx, hosts: { a: {}, b: {}, c: { spare: true } } }
virtual_ips:
  front: { address: 192.0.2.100/24, service: edge, virtual_router_id: 5 }
`);
    expect(hostsOf(model, "keepalived")).toEqual(["a", "b"]);
    expect(model.virtualIps.get("front")?.priority).toEqual(["a", "b"]);
  });
});

describe("an owner", () => {
  it("is the service's, else the one that its hosts have in common, else the default", () => {
    const model = modelOf(`services:
  own: { kind: nodejs, hosts: [a, c], port: 3000, owner: shop }
  ours: { kind: nodejs, hosts: [a, b], port: 3001 }
  mixed: { kind: nodejs, hosts: [a, c], port: 3002 }
`);
    expect(["own", "ours", "mixed"].map((name) => model.services.get(name)?.owner)).toEqual(["shop", "web", "ops"]);
  });

  it.each(["", "services: { node: { kind: node, port: 9101 } }"])(
    "of what runs on every host is that of the host, written as %j",
    (text) => {
      expect(owners(modelOf(text), "node")).toEqual({ a: "web", b: "web", c: "ops" });
    },
  );

  it("that such a service names itself is that of all its instances", () => {
    const model = modelOf("services: { node: { kind: node, owner: dba } }");
    expect(owners(model, "node")).toEqual({ a: "dba", b: "dba", c: "dba" });
  });
});

describe("virtual router ids that are left out", () => {
  const vips = (names: readonly string[]): string =>
    names.map((name, index) => `  ${name}: { address: 192.0.2.${100 + index}/24, service: edge }\n`).join("");

  it("are the same in every order, and neither reserved nor given twice", () => {
    const ids = (names: readonly string[]) => {
      const model = modelOf(`services: { edge: { kind: nginx, hosts: [a, b] } }\nvirtual_ips:\n${vips(names)}`);
      return new Map([...model.virtualIps.values()].map((vip) => [vip.name, vip.virtualRouterId]));
    };
    const names = Array.from({ length: 60 }, (_, index) => `vip${index}`);
    const forwards = ids(["front", ...names]);
    expect(new Set(forwards.values()).size).toBe(61);
    expect([...forwards.values()]).not.toContain(17);
    expect(new Map([...ids([...names, "front"].reverse())].sort())).toEqual(new Map([...forwards].sort()));
  });

  it("collide where none is left", () => {
    const many = Array.from({ length: 256 }, (_, index) => `vip${index}`);
    const wide = many.map(
      (name, at) => `  ${name}: { address: 192.0.${2 + (at >> 8)}.${at & 255 || 254}/24, service: e }`,
    );
    const text = `version: 1
platform: shop
segments: { lan: { cidr: 192.0.0.0/16 } }
hosts:
  a: { address: 192.0.9.1, segment: lan }
  b: { address: 192.0.9.2, segment: lan }
services: { e: { kind: nginx, hosts: [a, b] } }
accept: { virtual-router-id-unpinned: there are many }
virtual_ips:
${wide.join("\n")}
`;
    const reading = readInventory(text);
    if (!reading.ok) throw new Error("the text is no inventory");
    const { problems } = compile(reading.value, kinds);
    expect(problems.filter(({ code }) => code === "virtual-router-id-collision")).toHaveLength(1);
  });
});

describe("thresholds", () => {
  const name = "NodeFilesystemAlmostOutOfSpace";
  const alerting = (value: string): string => `alerting:
  service: paging
  watchdog: mail
  receivers: { mail: { webhook: { url: https://mail.example.org/hook } } }
  routes: { default: mail }
  thresholds: { ${name}: { threshold: ${value}, for: 7m } }
`;
  const paging = "  paging: { kind: alertmanager, hosts: [a, b] }\n";
  const ruleOf = (text: string) =>
    expand(modelOf(text), kinds)
      .alerts.filter((rule) => rule.template.name === name)
      .map(({ parameters, services }) => [parameters.threshold, parameters.forSeconds, services]);

  it("of alerting win over the default, whatever the spelling of a ratio", () => {
    expect(ruleOf(`services:\n${paging}${alerting("12%")}`)).toEqual([[0.12, 420, undefined]]);
    expect(ruleOf(`services:\n${paging}${alerting("0.12")}`)).toEqual([[0.12, 420, undefined]]);
  });

  it("of a service win over those of alerting, key by key, for that service alone", () => {
    const text = `services:
${paging}  linux: { kind: node, hosts: [a], thresholds: { ${name}: { threshold: 3% } } }
${alerting("12%")}`;
    expect(ruleOf(text)).toEqual([
      [0.12, 420, { except: ["linux"] }],
      [0.03, 420, { only: ["linux"] }],
    ]);
  });
});

describe("the scrape timeout", () => {
  it.each([
    ["5s", 5000],
    ["10s", 10_000],
    ["1m", 10_000],
  ])("is never beyond an interval of %s", (interval, timeoutMs) => {
    expect(modelOf(`scrape: { interval: ${interval} }`).scrape.timeoutMs).toBe(timeoutMs);
  });
});
