import { describe, expect, it } from "vitest";
import { printTracedJson } from "../../src/artifact/json.ts";
import { formatPath } from "../../src/diagnostics/path.ts";
import { explain } from "../../src/explain/explain.ts";
import { parseAccessLogConfig } from "../../src/service/access-log/config.ts";
import { resultOf } from "../random/built.ts";
import { randomInventory } from "../random/inventory.ts";
import { buildText } from "../real/lab/stack.ts";

const inventory = `
version: 1
platform: example
environment: test
timezone: Asia/Shanghai
segments:
  front: { cidr: 198.51.100.0/24, interface: eth0 }
  back: { cidr: 2001:db8::/64, interface: eth1 }
hosts:
  lb1: { addresses: { front: 198.51.100.11, back: "2001:db8::11" } }
  lb2: { addresses: { front: 198.51.100.12, back: "2001:db8::12" }, managed: false }
  app1: { address: "2001:db8::21", segment: back }
  app2: { address: "2001:db8::22", segment: back }
  app3: { address: "2001:db8::23", segment: back }
  mon1: { address: "2001:db8::71", segment: back }
services:
  edge:
    kind: nginx
    hosts: [lb1, lb2]
    thresholds: { NginxLatencyP99High: { threshold: 300ms } }
    nginx:
      waf:
        exclusions:
          - { rule: 942100, path: /search, reason: terms, until: "2027-06-30" }
          - { rule: 942200, reason: no end }
      sites:
        - server_name: [shop.example.org, www.shop.example.org]
          routes:
            - { path: /, to: app }
            - { path: /watch, to: app, waf: { mode: detect, exclusions: [{ rule: 942100, path: /search, reason: sooner, until: "2027-01-31" }] } }
            - { path: /ws, to: cloud, upstream_tls: true, waf: off }
        - server_name: inner.example.org
          listen: 8080
          waf: off
          routes: [{ path: /, to: app }]
  plain: { kind: nginx, hosts: [app3] }
  app: { kind: nodejs, hosts: { app1: {}, app2: { port: 3001, backup: true }, app3: { spare: true } }, port: 3000 }
  cloud: { kind: custom, external: ["api.cloud.example:443"], metrics: { port: 443 } }
  metrics: { kind: prometheus, hosts: [mon1] }
`;

const built = buildText(inventory);
const artifacts = built.artifacts.filter(({ generator }) => generator === "render/access-log");
const [artifact] = artifacts;

describe("the config of the access log exporter", () => {
  it("goes to managed hosts of services with sites, and restarts the exporter", () => {
    expect(artifacts.map(({ path, installs }) => ({ path, installs }))).toEqual([
      {
        path: "deploy/services/edge/etc/stackwright/access-log.json",
        installs: [{ host: "lb1", path: "/etc/stackwright/access-log.json", restart: ["stackwright-access-log"] }],
      },
    ]);
  });

  it("is what the exporter reads", () => {
    const config = parseAccessLogConfig(artifact?.content ?? "", "access-log.json");
    // On the leg on which Prometheus asks it.
    expect(config.listen).toEqual(["[2001:db8::11]:9741"]);
    expect(config.sites).toEqual([
      {
        server_name: ["shop.example.org", "www.shop.example.org"],
        routes: [
          { path: "/", upstream: "app", waf: "block" },
          { path: "/watch", upstream: "app", waf: "detect" },
          { path: "/ws", upstream: "cloud", waf: "off" },
        ],
      },
      { server_name: ["inner.example.org"], routes: [{ path: "/", upstream: "app", waf: "off" }] },
    ]);
    // Without the spare.
    expect(config.upstreams).toEqual({
      app: { "[2001:db8::21]:3000": "app1:3000", "[2001:db8::22]:3001": "app2:3001" },
      cloud: { "api.cloud.example:443": "api.cloud.example:443" },
    });
    expect(config.buckets).toContain(0.3);
    expect(config.buckets).toEqual(config.buckets.toSorted((a, b) => a - b));
  });

  it("has each exclusion with an end once, with the first end", () => {
    const config = parseAccessLogConfig(artifact?.content ?? "", "access-log.json");
    expect(config.exclusions).toEqual([{ rule: 942100, path: "/search", until: "2027-01-31" }]);
  });

  it("names the audit log only where the firewall is on", () => {
    const without = buildText(
      inventory
        .replaceAll(/waf:\n {8}exclusions:\n(?: {10}- .*\n)+/g, "waf: off\n")
        .replace(/, waf: \{ mode.*\}\] \}/, ""),
    );
    const config = without.artifacts.find(({ generator }) => generator === "render/access-log");
    expect(config?.content).toContain('"access_log"');
    expect(config?.content).not.toContain("audit_log");
  });

  it("is read by the exporter whatever the inventory", () => {
    const files = Array.from({ length: 20 }, (_, seed) => resultOf(randomInventory(seed + 1)).artifacts)
      .flat()
      .filter(({ generator }) => generator === "render/access-log");
    expect(files.length).toBeGreaterThan(5);
    for (const { path, content } of files)
      expect(parseAccessLogConfig(content, path).generated_by).toContain("render/access-log");
  });

  it.each([
    ['"inner.example.org"', "services.edge.nginx.sites[1]"],
    ['"app1:3000"', "services.app"],
    ['"rule": 942100', "services.edge.nginx.sites[0].routes[1].waf.exclusions[0]"],
    ["[2001:db8::11]:9741", "hosts.lb1"],
    ['"timezone"', "services.edge.nginx"],
  ])("leads from the line with %s to %s", (text, path) => {
    const line = (artifact?.content.split("\n").findIndex((each) => each.includes(text)) ?? -1) + 1;
    const [found] = explain(`${artifact?.path}:${line}`, { ...built, panels: [] });
    expect(formatPath(found?.sources[0] ?? [])).toBe(path);
  });
});

it("JSON whose parts are known by line is the JSON of the whole", () => {
  const { content, origins } = printTracedJson([
    { key: "a", value: [1, { b: "two\nlines" }], source: ["x"] },
    {
      key: "c",
      items: [
        { value: { d: 1 }, source: ["y", 0] },
        { value: 2, source: ["y", 1] },
      ],
    },
    { key: "e", items: [], isObject: true },
    { key: "f", items: [{ key: "g", value: {}, source: ["z"] }], isObject: true },
  ]);
  expect(content).toBe(
    `${JSON.stringify({ a: [1, { b: "two\nlines" }], c: [{ d: 1 }, 2], e: {}, f: { g: {} } }, undefined, 2)}\n`,
  );
  const lines = content.split("\n");
  expect(
    origins.map(({ from, to, source }) => [
      source,
      lines
        .slice(from - 1, to)
        .join("")
        .replaceAll(" ", ""),
    ]),
  ).toEqual([
    [["x"], '"a":[1,{"b":"two\\nlines"}],'],
    [["y", 0], '{"d":1},'],
    [["y", 1], "2"],
    [["z"], '"g":{}'],
  ]);
});
