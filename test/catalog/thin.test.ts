import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asScraped } from "../../src/catalog/as-scraped.ts";
import { blackbox } from "../../src/catalog/blackbox/index.ts";
import { custom } from "../../src/catalog/custom/index.ts";
import { docker } from "../../src/catalog/docker/index.ts";
import { drbd } from "../../src/catalog/drbd/index.ts";
import { elasticsearch } from "../../src/catalog/elasticsearch/index.ts";
import { etcd } from "../../src/catalog/etcd/index.ts";
import { fastdfs } from "../../src/catalog/fastdfs/index.ts";
import { filebeat } from "../../src/catalog/filebeat/index.ts";
import { fluentd } from "../../src/catalog/fluentd/index.ts";
import { jaeger } from "../../src/catalog/jaeger/index.ts";
import { jenkins } from "../../src/catalog/jenkins/index.ts";
import { kibana } from "../../src/catalog/kibana/index.ts";
import type { Kind } from "../../src/catalog/kind.ts";
import { logstash } from "../../src/catalog/logstash/index.ts";
import { node } from "../../src/catalog/node/index.ts";
import { otelCollector } from "../../src/catalog/otel-collector/index.ts";
import { rabbitmq } from "../../src/catalog/rabbitmq/index.ts";
import { smartctl } from "../../src/catalog/smartctl/index.ts";
import { tomcat } from "../../src/catalog/tomcat/index.ts";
import { jmxRules } from "../../src/catalog/tomcat/jmx-rules.ts";
import { metrics as tomcatMetrics } from "../../src/catalog/tomcat/metrics.ts";
import { uwsgi } from "../../src/catalog/uwsgi/index.ts";
import { zabbix } from "../../src/catalog/zabbix/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";
import type { Model, Service } from "../../src/model/model.ts";
import { gauge } from "../../src/signals/metric.ts";

const thin: readonly Kind[] = [
  custom,
  docker,
  drbd,
  elasticsearch,
  etcd,
  fastdfs,
  filebeat,
  fluentd,
  jaeger,
  jenkins,
  kibana,
  logstash,
  otelCollector,
  rabbitmq,
  smartctl,
  tomcat,
  uwsgi,
  zabbix,
];

/** Compiles services on three hosts `a`, `b` and `c`. */
function compiled(services: Readonly<Record<string, unknown>>) {
  const host = (last: number) => ({ address: `192.0.2.${last}`, segment: "lan" });
  return compile(
    {
      version: 1,
      platform: "example",
      environment: "test",
      segments: { lan: { cidr: "192.0.2.0/24", interface: "eth0" } },
      hosts: { a: host(11), b: host(12), c: host(13) },
      services,
    },
    [...thin, node, blackbox],
  );
}

/** The one service of a kind on three hosts, with the model around it. */
function one(kind: Kind, keys: Readonly<Record<string, unknown>> = {}): { service: Service; model: Model } {
  const { model, problems } = compiled({ one: { kind: kind.id, hosts: ["a", "b", "c"], ...keys } });
  const service = model?.services.get("one");
  if (model === undefined || service === undefined) throw new Error(JSON.stringify(problems));
  return { service, model };
}

function endpointsOf(kind: Kind, keys: Readonly<Record<string, unknown>> = {}) {
  const { service, model } = one(kind, keys);
  return kind.endpoints(service, model);
}

describe("thin kinds", () => {
  it.each(thin.map((kind) => kind.id))("the example of %s has no problem", (id) => {
    const reading = readInventory(readFileSync(new URL(`../../src/catalog/${id}/example.yaml`, import.meta.url)));
    expect(reading.ok && compile(reading.value, [...thin, node, blackbox]).problems).toEqual([]);
  });

  it.each([
    [rabbitmq, 15692, undefined],
    [etcd, 2379, undefined],
    [elasticsearch, 9114, undefined],
    [fluentd, 24231, undefined],
    [logstash, 9198, undefined],
    [tomcat, 9404, undefined],
    [uwsgi, 9117, undefined],
    [docker, 8098, undefined],
    [jenkins, 8080, "/prometheus/"],
    [smartctl, 9633, undefined],
    [drbd, 9942, undefined],
    [otelCollector, 8888, undefined],
    [jaeger, 8888, undefined],
  ])("$0.id is scraped where its exporter listens by default", (kind, port, path) => {
    expect(endpointsOf(kind).map((endpoint) => [endpoint.port, endpoint.path])).toEqual([[port, path]]);
  });

  it.each([kibana, fastdfs, filebeat, zabbix])("$id says why it is not scraped and is asked on its port", (kind) => {
    expect(endpointsOf(kind)).toEqual([]);
    expect(kind.unscraped).toMatch(/ asked instead$/);
    expect(kind.probe?.prober).toMatch(/^(http|tcp)$/);
    expect(one(kind).service.port).toBe(kind.port);
  });

  it.each([etcd, docker, jenkins])("$id is scraped on the service's own port where the inventory moves it", (kind) => {
    expect(endpointsOf(kind, { port: 1234 }).map((endpoint) => endpoint.port)).toEqual([1234]);
  });

  it.each([rabbitmq, etcd, elasticsearch])("$id votes: an even number of hosts is refused", (kind) => {
    const { problems } = compiled({ one: { kind: kind.id, hosts: ["a", "b"] } });
    expect(problems.map((problem) => problem.code)).toContain("even-quorum");
  });

  it("lets the collector and Jaeger not share a host, because both take OTLP", () => {
    const { problems } = compiled({
      traces: { kind: "otel-collector", hosts: ["a", "b"] },
      spans: { kind: "jaeger", hosts: ["b", "c"] },
    });
    expect(problems.map((problem) => problem.code)).toContain("port-collision");
  });

  it("lets Tomcat and cAdvisor share a host", () => {
    const { problems } = compiled({
      portal: { kind: "tomcat", hosts: ["a", "b"] },
      containers: { kind: "docker", hosts: ["a", "b"] },
    });
    expect(problems).toEqual([]);
  });

  it("refuses unknown settings and those out of range", () => {
    const codes = (settings: unknown) =>
      compiled({ one: { kind: "uwsgi", hosts: ["a", "b"], uwsgi: settings } }).problems.map((problem) => problem.code);
    expect(codes({ protocol: "http", processes: 4, threads: 2 })).toEqual([]);
    expect(codes({ protocol: "fastcgi" })).toEqual(["invalid-value"]);
    expect(codes({ processes: 0 })).toEqual(["invalid-value"]);
    expect(codes({ workers: 4 })).toEqual(["unknown-key"]);
  });
});

describe("labels of exporters that targets have too", () => {
  it("are stored as Prometheus renames them", () => {
    const [family] = asScraped([gauge("x", { host: "open", job: ["a"], cluster: "open" })]);
    expect(family?.labels).toEqual({ exported_host: "open", exported_job: ["a"], cluster: "open" });
  });

  it("are gone from what Elasticsearch and Logstash declare", () => {
    const names = [...endpointsOf(elasticsearch), ...endpointsOf(logstash)].flatMap((endpoint) =>
      endpoint.metrics.flatMap((family) => Object.keys(family.labels)),
    );
    expect(names).toContain("exported_host");
    expect(names).not.toContain("host");
  });
});

describe("tomcat", () => {
  it("declares exactly the metrics that its own JMX rules make", () => {
    const declared = tomcatMetrics.map((family) => family.name).filter((name) => name.startsWith("tomcat_"));
    expect(declared.sort()).toEqual(jmxRules.rules.map((rule) => rule.name).sort());
  });
});

describe("drbd", () => {
  it("writes the reactor's configuration with the states that its alerts need, on the port that is scraped", () => {
    const { service, model } = one(drbd);
    const [file] = drbd.hostFiles?.(service, model) ?? [];
    const [endpoint] = drbd.endpoints(service, model);
    expect(file?.content).toBe(`[[prometheus]]\nenums = true\naddress = ":${endpoint?.port}"\n`);
    expect(endpoint?.collectors).toContain("enums");
  });
});

describe("the collector", () => {
  it("names its counters as the reader does by default, without _total", () => {
    const own = endpointsOf(otelCollector).flatMap((endpoint) => endpoint.metrics.map((family) => family.name));
    expect(own.filter((name) => name.startsWith("otelcol_") && name.endsWith("_total"))).toEqual([]);
    expect(own).toContain("otelcol_exporter_sent_spans");
  });
});

describe("fastdfs", () => {
  const problems = (keys: Readonly<Record<string, unknown>>) =>
    compiled({
      media: { kind: "fastdfs", hosts: ["a", "b"], ...keys },
      probes: { kind: "blackbox", hosts: ["c"] },
    }).problems.map(({ code, message }) => [code, message]);

  it("takes all hosts for trackers unless told otherwise", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ fastdfs: { trackers: ["a", "b"] } })).toEqual([]);
  });

  it("refuses a host without a tracker, because its port would never answer", () => {
    expect(problems({ fastdfs: { trackers: ["a"] } })).toEqual([
      ["invalid-value", expect.stringContaining('its host "b" is not among its trackers')],
    ]);
  });

  it("lets storages alone be a service on their own port", () => {
    expect(problems({ port: 23000, fastdfs: { trackers: ["c"] } })).toEqual([]);
  });

  it("refuses a tracker that is not a host", () => {
    expect(problems({ port: 23000, fastdfs: { trackers: ["nowhere"] } }).map(([code]) => code)).toEqual([
      "unknown-reference",
    ]);
  });
});

describe("custom", () => {
  it("scrapes metrics.port and metrics.path, else port and /metrics", () => {
    const where = (keys: Readonly<Record<string, unknown>>) =>
      endpointsOf(custom, keys).map((endpoint) => [endpoint.port, endpoint.path]);
    expect(where({ port: 9000 })).toEqual([[9000, "/metrics"]]);
    expect(where({ port: 9000, metrics: { port: 9001, path: "/m" } })).toEqual([[9001, "/m"]]);
    expect(where({ metrics: { port: 9001 } })).toEqual([[9001, "/metrics"]]);
  });

  it("says that any metric may come from it", () => {
    expect(endpointsOf(custom, { port: 9000 }).map((endpoint) => endpoint.anyMetrics)).toEqual([true]);
  });

  it("refuses a service without any port", () => {
    const { problems } = compiled({ shop: { kind: "custom", hosts: ["a"] } });
    expect(problems.map(({ code, at }) => [code, at])).toContainEqual(["missing-key", "parent"]);
  });
});
