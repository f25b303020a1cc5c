import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnvironmentFile } from "../../artifact/systemd-reader.ts";
import { built, fileOn, linesOn } from "./inventory.ts";

const app = "  order: { kind: nodejs, hosts: [db1, db2], port: 3002, owner: ordering, labels: { tier: front } }";
const metrics = "  metrics: { kind: prometheus, hosts: [mon1] }";
const variables = (services: string, rest = "", host = "db1"): Readonly<Record<string, string>> =>
  readEnvironmentFile(fileOn(built(services, rest), host, "/etc/stackwright/apps/order.env") ?? "");
const dropIn = "/etc/systemd/system/order.service.d/stackwright.conf";
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

  it("trace nothing where nothing takes traces", () => {
    expect(variables(app)["OTEL_TRACES_EXPORTER"]).toBe("none");
  });

  it("name the files of an address and of headers that are secrets, which only the application reads", () => {
    const cloud = "{ otlp_http: { url: { env: TRACE_URL }, headers: { file: secrets/trace-headers } } }";
    const result = built(app, `tracing: { exporters: [${cloud}] }`);
    const given = readEnvironmentFile(fileOn(result, "db1", "/etc/stackwright/apps/order.env") ?? "");
    expect(given["OTEL_TRACES_EXPORTER"]).toBe("otlp");
    expect(given["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBeUndefined();
    expect(linesOn(result, "db1", dropIn)).toEqual([
      "[Service]",
      "EnvironmentFile=/etc/stackwright/apps/order.env",
      "LoadCredential=telemetry-otlp-url:/etc/stackwright/secrets/tracing.exporters.0.otlp_http.url",
      "SetCredential=telemetry-otlp-url:\\n",
      "Environment=TELEMETRY_OTLP_ENDPOINT_FILE=%d/telemetry-otlp-url",
      "LoadCredential=telemetry-otlp-headers:/etc/stackwright/secrets/tracing.exporters.0.otlp_http.headers",
      "SetCredential=telemetry-otlp-headers:\\n",
      "Environment=TELEMETRY_OTLP_HEADERS_FILE=%d/telemetry-otlp-headers",
    ]);
    expect(result.secrets.map(({ host, path, owner }) => `${host} ${path.split(".").at(-1)} ${owner}`)).toEqual([
      "db1 url root:root",
      "db1 headers root:root",
      "db2 url root:root",
      "db2 headers root:root",
    ]);
  });

  it("leave a secret that is on the host already where it is", () => {
    const cloud = "{ otlp_http: { url: https://traces.example.org, headers: { host_file: /etc/trace-headers } } }";
    const result = built(app, `tracing: { exporters: [${cloud}] }`);
    expect(variables(app, `tracing: { exporters: [${cloud}] }`)["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe(
      "https://traces.example.org",
    );
    expect(linesOn(result, "db1", dropIn)).toContain("LoadCredential=telemetry-otlp-headers:/etc/trace-headers");
    expect(result.secrets).toEqual([]);
  });

  it("say where log records go, on every node of the store, and where they wait", () => {
    const logs = "  logs: { kind: elasticsearch, hosts: [db1, mon1, mon2] }";
    const rest = "environment: pre-prod\nlogging: { store: logs, shipper: fluentd }";
    expect(variables(`${app}\n${logs}`, rest)).toMatchObject({
      TELEMETRY_LOG_MODE: "durable",
      TELEMETRY_LOG_DIRECTORY: "/var/lib/stackwright-apps/order",
      TELEMETRY_LOG_ELASTICSEARCH_URLS: "http://203.0.113.31:9200,http://203.0.113.71:9200,http://203.0.113.72:9200",
      TELEMETRY_LOG_DATA_STREAM: "logs-nodejs.app-pre_prod",
    });
    expect(linesOn(built(`${app}\n${logs}`, rest), "db1", dropIn)).toContain("StateDirectory=stackwright-apps/order");
  });

  it("leave records on stdout where there is no store of logs", () => {
    expect(variables(app)["TELEMETRY_LOG_MODE"]).toBe("stdout");
    expect(linesOn(built(app), "db1", dropIn).join()).not.toContain("StateDirectory");
  });

  it("log in to an Elasticsearch that wants it, by a password or by a key", () => {
    const store = (writer: string) =>
      built(
        `${app}\n  logs: { kind: elasticsearch, hosts: [mon1], elasticsearch: { tls: { ca: { host_file: /etc/ssl/es.crt } }, writer: ${writer} } }`,
        "logging: { store: logs }",
      );
    const password = store("{ username: apps, password: { file: secrets/es } }");
    const given = readEnvironmentFile(fileOn(password, "db1", "/etc/stackwright/apps/order.env") ?? "");
    expect(given).toMatchObject({
      TELEMETRY_LOG_ELASTICSEARCH_URLS: "https://203.0.113.71:9200",
      TELEMETRY_LOG_ELASTICSEARCH_USERNAME: "apps",
    });
    const environment = (result: typeof password) =>
      linesOn(result, "db1", dropIn).filter((line) => line.startsWith("Environment="));
    expect(environment(password)).toEqual([
      "Environment=TELEMETRY_LOG_ELASTICSEARCH_CA_FILE=%d/telemetry-elasticsearch-ca",
      "Environment=TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE=%d/telemetry-elasticsearch-password",
    ]);
    expect(environment(store("{ api_key: { env: ES_KEY } }"))).toContain(
      "Environment=TELEMETRY_LOG_ELASTICSEARCH_API_KEY_FILE=%d/telemetry-elasticsearch-api-key",
    );
  });

  it("use the embedded store of the exporter service on the same host", () => {
    const exporter = "  exporter: { kind: stackwright, hosts: [db1, db2], port: 9741 }";
    const rest = "logging: { store: exporter }\ntracing: { exporters: [{ service: exporter }] }";
    expect(variables(`${app}\n${exporter}`, rest)).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9741",
      TELEMETRY_LOG_MODE: "durable",
      TELEMETRY_LOG_ELASTICSEARCH_URLS: "http://127.0.0.1:9741",
    });
  });

  it("ask for metrics at the host's address where they have a port of their own", () => {
    const apart = "  order: { kind: nodejs, hosts: [lb1], port: 3002, metrics: { port: 9464 } }";
    const host = (services: string) => variables(services, "", "lb1")["OTEL_EXPORTER_PROMETHEUS_HOST"];
    expect(host(`${apart}\n${metrics}`)).toBe("203.0.113.11");
    expect(host(apart.replace(", metrics: { port: 9464 }", ""))).toBeUndefined();
    expect(variables(app)["OTEL_METRICS_EXPORTER"]).toBe("prometheus");
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
    expect(sourceOf("TELEMETRY_LOG_MODE")).toEqual(["services", "order"]);
    expect(sourceOf("PORT")).toEqual(["services", "order", "hosts", 0]);
  });
});
