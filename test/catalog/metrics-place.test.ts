import { describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";
import { build } from "../../src/pipeline/build.ts";

const head = `version: 1
platform: shop
segments:
  lan: { cidr: 192.0.2.0/24 }
hosts:
  a: { address: 192.0.2.1, segment: lan }
services:
  probes: { kind: blackbox, hosts: [a] }
`;

/** What is found wrong, and which targets and probed addresses there are. */
function seen(services: string): {
  readonly problems: readonly string[];
  readonly targets: readonly string[];
  readonly probed: readonly string[];
} {
  const reading = readInventory(`${head}${services}\n`);
  if (!reading.ok) throw new Error("not YAML");
  const problems = compile(reading.value, kinds).problems.map(({ code, message }) => `${code} ${message}`);
  const { result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  const jobs = (result?.signals.jobs ?? []).filter(({ kind }) => !["node", "blackbox"].includes(kind));
  return {
    problems,
    targets: jobs.flatMap(({ service, endpoint, targets }) =>
      targets.map(
        ({ host, externalHost, port }) =>
          `${service} ${endpoint.scheme ?? "http"}://${host ?? externalHost}:${port}${endpoint.path ?? "/metrics"}`,
      ),
    ),
    probed: (result?.signals.probes ?? [])
      .filter(({ service }) => !["node", "probes"].includes(service))
      .map(({ service, probe }) => `${service} ${probe.scheme ?? probe.prober} ${probe.instance}`),
  };
}

describe("metrics", () => {
  it("moves an exporter to another port where something else has its usual one", () => {
    const two = (more: string): string => `  one: { kind: custom, hosts: [a], port: 9121 }
  two: { kind: redis, hosts: [a]${more} }`;
    expect(seen(two("")).problems).toEqual([expect.stringContaining("port-collision port 9121")]);
    const { problems, targets } = seen(two(", metrics: { port: 9122 }"));
    expect(problems).toEqual([]);
    expect(targets).toEqual(["one http://a:9121/metrics", "two http://a:9122/metrics"]);
  });

  it("tells the exporter's unit where to listen", () => {
    const reading = readInventory(`${head}  one: { kind: redis, hosts: [a], metrics: { port: 9122 } }\n`);
    if (!reading.ok) throw new Error("not YAML");
    const { result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
    const units = result?.signals.units.filter(({ service }) => service === "one");
    expect(units?.map(({ fact }) => fact.listen?.port).filter((port) => port !== undefined)).toEqual([9122]);
  });

  it.each([
    [
      "edge: { kind: nginx, hosts: [a], nginx: { sites: [{ server_name: x.example.org, listen: 80, routes: [{ path: /, to: probes }] }] }",
      "is scraped in 2 places (nginx_exporter, nginx_access_exporter)",
    ],
    ["board: { kind: zabbix, hosts: [a]", "is not scraped"],
  ])("is refused where it would say nothing: %s", (service, why) => {
    const found = seen(`  ${service}, metrics: { port: 9999 } }`).problems;
    expect(found.filter((problem) => problem.includes("metrics says nothing"))).toEqual([expect.stringContaining(why)]);
  });
});

describe("what runs elsewhere", () => {
  it("is only asked whether it answers, unless metrics are asked for", () => {
    const { problems, targets, probed } = seen('  saas: { kind: custom, external: ["saas.example.org:8443"] }');
    expect(problems).toEqual([]);
    expect(targets).toEqual([]);
    expect(probed).toEqual(["saas tcp saas.example.org:8443"]);
  });

  it("is scraped where the inventory says that its metrics are", () => {
    const of = (more: string): readonly string[] =>
      seen(`  saas: { kind: custom, external: ["x.example.org:8080", "y.example.org:8081"], metrics: { ${more} } }`)
        .targets;
    expect(of("path: /m")).toEqual(["saas http://x.example.org:8080/m", "saas http://y.example.org:8081/m"]);
    expect(of("port: 9100")).toEqual([
      "saas http://x.example.org:9100/metrics",
      "saas http://y.example.org:9100/metrics",
    ]);
    expect(seen('  rds: { kind: mysql, external: ["x.example.org:3306"], metrics: { port: 9104 } }').targets).toEqual([
      "rds http://x.example.org:9104/metrics",
    ]);
    expect(seen('  rds: { kind: mysql, external: ["x.example.org:3306"] }').targets).toEqual([]);
  });

  it("is asked by HTTPS on port 443, and where health says", () => {
    const of = (health: string): readonly string[] =>
      seen(`  saas: { kind: custom, external: ["x.example.org:443", "x.example.org:80"], health: { ${health} } }`)
        .probed;
    expect(of("path: /ok")).toEqual(["saas https x.example.org:443", "saas http x.example.org:80"]);
    expect(seen('  saas: { kind: custom, external: ["x.example.org:443"], health: { port: 8080 } }').probed).toEqual([
      "saas http x.example.org:8080",
    ]);
    expect(seen('  saas: { kind: custom, external: ["x.example.org:443"], metrics: { path: /m } }').targets).toEqual([
      "saas https://x.example.org:443/m",
    ]);
  });
});
