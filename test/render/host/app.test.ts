import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnvironmentFile } from "../../artifact/systemd-reader.ts";
import { built, fileOn, linesOn } from "./inventory.ts";

const app = "  order: { kind: nodejs, hosts: [db1, db2], port: 3002, owner: ordering, labels: { tier: front } }";
const metrics = "  metrics: { kind: prometheus, hosts: [mon1] }";
const variables = (services: string, rest = "", host = "db1"): Readonly<Record<string, string>> =>
  readEnvironmentFile(fileOn(built(services, rest), host, "/etc/stackwright/apps/order.env") ?? "");
const attributes = (text = ""): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(",").map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      return [name, decodeURIComponent(value)];
    }),
  );

describe("the settings of an application", () => {
  it("name it as OpenTelemetry does, with the labels of the inventory", () => {
    const given = variables(`${app}\n${metrics}`, "labels: { region: 'north, 100% = all' }");
    expect(given["OTEL_SERVICE_NAME"]).toBe("order");
    expect(attributes(given["OTEL_RESOURCE_ATTRIBUTES"])).toEqual({
      "deployment.environment.name": "production",
      "host.name": "db1",
      "service.instance.id": "db1:3002",
      "service.namespace": "shop",
      owner: "ordering",
      region: "north, 100% = all",
      tier: "front",
    });
  });

  it("carry any label that the inventory takes", () => {
    const label = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text));
    fc.assert(
      fc.property(label, (text) => {
        const given = variables(app, `labels: { note: ${JSON.stringify(text)} }`);
        expect(attributes(given["OTEL_RESOURCE_ATTRIBUTES"])["note"]).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it("say where the application listens and where its metrics are", () => {
    expect(variables(app)).toMatchObject({
      PORT: "3002",
      TELEMETRY_METRICS_PORT: "3002",
      TELEMETRY_METRICS_PATH: "/metrics",
    });
    const apart =
      "  order: { kind: nodejs, hosts: { db1: { port: 3009 } }, port: 3002, metrics: { port: 9464, path: /m } }";
    expect(variables(apart)).toMatchObject({
      PORT: "3009",
      TELEMETRY_METRICS_PORT: "9464",
      TELEMETRY_METRICS_PATH: "/m",
    });
  });

  it("send all spans to a collector, hosts spread over several", () => {
    const traces = "  traces: { kind: otel-collector, hosts: [mon1, mon2] }";
    const endpoint = (host: string) =>
      variables(`${app}\n${traces}`, "tracing: { collector: traces }", host)["OTEL_EXPORTER_OTLP_ENDPOINT"];
    expect([endpoint("db1"), endpoint("db2")]).toEqual(["http://203.0.113.71:4318", "http://203.0.113.72:4318"]);
    expect(variables(`${app}\n${traces}`, "tracing: { collector: traces }")).toMatchObject({
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_TRACES_SAMPLER: "always_on",
    });
  });

  it("use the collector on the same host, and the collectors' virtual IP before any of them", () => {
    const here = "  traces: { kind: otel-collector, hosts: [db1, mon2] }";
    const collector = "tracing: { collector: traces }";
    expect(variables(`${app}\n${here}`, collector)["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://203.0.113.31:4318");
    const vip = "virtual_ips: { otlp: { address: 203.0.113.200/24, service: traces, virtual_router_id: 60 } }";
    const both = `${collector}\n${vip}`;
    expect(variables(`${app}\n${here}`, both)["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://203.0.113.200:4318");
  });

  it("sample in the application where there is no collector", () => {
    const spans = "  spans: { kind: jaeger, hosts: [mon1] }";
    const tracing = "tracing: { sampling: { ratio: 25% }, exporters: [{ service: spans }] }";
    expect(variables(`${app}\n${spans}`, tracing)).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://203.0.113.71:4318",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    });
  });

  it("trace nothing where nothing takes traces, or only an address that is a secret", () => {
    expect(variables(app)["OTEL_TRACES_EXPORTER"]).toBe("none");
    const secret = "tracing: { exporters: [{ otlp_http: { url: { env: TRACE_URL } } }] }";
    const given = variables(app, secret);
    expect(given["OTEL_TRACES_EXPORTER"]).toBe("none");
    expect(JSON.stringify(given)).not.toContain("TRACE_URL");
  });

  it("say where log records go, on every node of the store", () => {
    const logs = "  logs: { kind: elasticsearch, hosts: [db1, mon1, mon2] }";
    const given = variables(`${app}\n${logs}`, "environment: pre-prod\nlogging: { store: logs, shipper: fluentd }");
    expect(given).toMatchObject({
      TELEMETRY_LOG_MODE: "elasticsearch",
      TELEMETRY_LOG_ELASTICSEARCH_URLS: "http://203.0.113.31:9200,http://203.0.113.71:9200,http://203.0.113.72:9200",
      TELEMETRY_LOG_DATA_STREAM: "logs-nodejs.app-pre_prod",
    });
    expect(variables(app)["TELEMETRY_LOG_MODE"]).toBeUndefined();
  });

  it("are read by the application's unit, which is restarted when they change", () => {
    const result = built(app.replace("port: 3002", "port: 3002, nodejs: { unit: order-api }"));
    expect(linesOn(result, "db1", "/etc/systemd/system/order-api.service.d/stackwright.conf")).toEqual([
      "[Service]",
      "EnvironmentFile=/etc/stackwright/apps/order.env",
    ]);
    const installs = result.artifacts.flatMap((artifact) => artifact.installs);
    const settings = installs.filter(({ path }) => path === "/etc/stackwright/apps/order.env");
    expect(settings.map(({ host, restart }) => `${host} ${restart}`)).toEqual(["db1 order-api", "db2 order-api"]);
  });

  it("lead a line to the section of the inventory that it comes from", () => {
    const traces = "  traces: { kind: otel-collector, hosts: [mon1] }";
    const { artifacts } = built(`${app}\n${traces}`, "tracing: { collector: traces }");
    const file = artifacts.find(({ path }) => path === "deploy/hosts/db1/etc/stackwright/apps/order.env");
    const lines = file?.content.split("\n") ?? [];
    const sourceOf = (name: string) => {
      const line = lines.findIndex((text) => text.startsWith(`${name}=`)) + 1;
      return file?.origins?.find(({ from, to }) => from <= line && line <= to)?.source;
    };
    expect(sourceOf("OTEL_EXPORTER_OTLP_ENDPOINT")).toEqual(["tracing"]);
    expect(sourceOf("OTEL_TRACES_SAMPLER")).toEqual(["tracing", "sampling"]);
    expect(sourceOf("PORT")).toEqual(["services", "order", "hosts", 0]);
  });
});
