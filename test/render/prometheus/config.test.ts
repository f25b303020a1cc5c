import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { build } from "../../../src/pipeline/build.ts";

const nothing = { rules: [], dashboards: [], scrapeConfigs: [] };
const meishi = readFileSync("examples/meishi.yaml", "utf8");

/** Contents of what an inventory generates, by path. */
function generated(text: string): ReadonlyMap<string, string> {
  const reading = readInventory(text);
  if (!reading.ok) throw new Error("not YAML");
  const { result, problems } = build(reading, kinds, () => nothing);
  if (result === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return new Map(result.artifacts.map(({ path, content }) => [path, content]));
}

const files = generated(meishi);

describe("the config of a Prometheus server", () => {
  it("differs between the servers of a pair in the replica label only", () => {
    const [mon1, mon2] = ["mon1", "mon2"].map(
      (host) => files.get(`deploy/hosts/${host}/etc/prometheus/prometheus.yml`) ?? "",
    );
    expect(mon1).toContain("replica: mon1");
    expect(mon2).toBe(mon1?.replace("replica: mon1", "replica: mon2"));
  });

  it("sends alerts to every Alertmanager and drops the replica label for them", () => {
    expect(load(files.get("deploy/hosts/mon1/etc/prometheus/prometheus.yml") ?? "")).toMatchObject({
      alerting: {
        alert_relabel_configs: [{ regex: "replica", action: "labeldrop" }],
        alertmanagers: [
          { static_configs: [{ targets: ["203.0.113.71:9093", "203.0.113.72:9093", "203.0.113.73:9093"] }] },
        ],
      },
    });
  });

  it("reaches a host with several legs on the segment that it shares", () => {
    const targets: unknown = JSON.parse(files.get("deploy/services/metrics/etc/prometheus/targets/nginx.json") ?? "");
    expect(targets).toMatchObject([
      {
        targets: ["203.0.113.11:9113"],
        labels: { instance: "lb1:9113", host: "lb1", service: "edge", owner: "platform", rack: "r1" },
      },
      {},
    ]);
  });

  it("asks each site through its virtual IP and through each balancer, with its name", () => {
    const probes: unknown = JSON.parse(
      files.get("deploy/services/metrics/etc/prometheus/targets/blackbox-https_any.json") ?? "",
    );
    const asked = (Array.isArray(probes) ? probes : []).map(
      ({ labels }) => `${labels.prober} ${labels.__param_target} ${labels.__param_hostname}`,
    );
    expect(asked).toEqual([
      "mon1 https://198.51.100.100:443/ api.meishi.example",
      "mon2 https://198.51.100.100:443/ api.meishi.example",
      "mon1 https://203.0.113.11:443/ api.meishi.example",
      "mon2 https://203.0.113.11:443/ api.meishi.example",
      "mon1 https://203.0.113.12:443/ api.meishi.example",
      "mon2 https://203.0.113.12:443/ api.meishi.example",
    ]);
  });

  it("keeps keepalived's metrics out of the node job and nothing else in its own", () => {
    const config = load(files.get("deploy/hosts/mon1/etc/prometheus/prometheus.yml") ?? "");
    expect(config).toMatchObject({
      scrape_configs: expect.arrayContaining([
        expect.objectContaining({
          job_name: "node",
          metric_relabel_configs: [{ source_labels: ["__name__"], regex: "keepalived_.*", action: "drop" }],
        }),
        expect.objectContaining({
          job_name: "keepalived",
          params: { "collect[]": ["textfile"] },
          metric_relabel_configs: [{ source_labels: ["__name__"], regex: "keepalived_.*", action: "keep" }],
        }),
      ]),
    });
  });

  it("finds its targets through every exporter service, with its token, where the inventory says http", () => {
    const found = generated(meishi.replace("scrape: {", "scrape: { discovery: http,"));
    expect([...found.keys()].filter((path) => path.includes("/targets/"))).toEqual([]);
    expect(load(found.get("deploy/hosts/mon1/etc/prometheus/prometheus.yml") ?? "")).toMatchObject({
      scrape_configs: expect.arrayContaining([
        expect.objectContaining({
          job_name: "mysql",
          http_sd_configs: ["71", "72", "73"].map((last) => ({
            url: `http://203.0.113.${last}:9740/sd/prometheus?job=mysql`,
            authorization: {
              type: "Bearer",
              credentials_file: "../stackwright/secrets/services.exporter.stackwright.token",
            },
          })),
        }),
      ]),
    });
  });
});

describe("rules with other parameters for one service", () => {
  const text = meishi.replace(
    "redis: { password: { file: secrets/redis } }",
    "redis: { password: { file: secrets/redis } }\n  sessions:\n    kind: redis\n    hosts: { mid3: { port: 6380, role: primary } }\n    thresholds: { RedisMemoryHigh: { threshold: 70%, for: 1m } }",
  );

  it("stand beside the general rule, each with a matcher and told apart by a label", () => {
    const rules = generated(text).get("alerts/redis.yml") ?? "";
    const found = [...rules.matchAll(/- alert: RedisMemoryHigh\n[\s\S]*?(?=\n {6}- |$)/g)].map(([rule]) => rule);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('service!="sessions"');
    expect(found[1]).toContain('service="sessions"');
    expect(found[1]).toContain("parameters_of: sessions");
    expect(found[1]).toContain("for: 1m");
  });
});
