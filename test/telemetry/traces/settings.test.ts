import { describe, expect, test } from "vitest";
import {
  isInstrumented,
  readInstrumentationSettings,
} from "../../../packages/telemetry/src/settings/instrumentations.ts";
import { readResource } from "../../../packages/telemetry/src/settings/resource.ts";
import { readTraceSettings, type TraceOptions } from "../../../packages/telemetry/src/settings/traces.ts";

type Env = Readonly<Record<string, string>>;

function settings(env: Env, options: TraceOptions = {}) {
  const read = readTraceSettings(options, env);
  expect(read.problems).toEqual([]);
  return read.settings;
}

function problems(env: Env, options: TraceOptions = {}) {
  return readTraceSettings(options, env).problems.map(({ setting, message }) => `${setting} ${message}`);
}

describe("settings of traces", () => {
  test("names that nobody knows are told, and are no reason for the full mode", () => {
    const env = { OTEL_METRICS_EXPORTER: "statsd", OTEL_LOGS_EXPORTER: "syslog", OTEL_LOG_LEVEL: "loud" };
    expect(readTraceSettings({}, env).settings).toMatchObject({
      ...{ mode: "light", metricExporters: [], logExporters: [], logLevel: undefined },
    });
    expect(problems(env)).toEqual([
      'OTEL_LOGS_EXPORTER names "syslog"; it takes otlp, console and none; ignored',
      'OTEL_LOG_LEVEL is "loud"; it takes none, error, warn, info, debug, verbose, all; ignored',
    ]);
    expect(settings({ OTEL_LOG_LEVEL: "DEBUG" }).logLevel).toBe("debug");
  });

  test("without any say: the light mode, all traces, to localhost by protobuf", () => {
    expect(settings({})).toMatchObject({
      enabled: true,
      mode: "light",
      exporters: ["otlp"],
      otlp: {
        protocol: "http/protobuf",
        endpoint: { value: "http://localhost:4318" },
        appendPath: true,
        headers: [],
        timeoutMs: 10_000,
        compression: "none",
      },
      sampler: { kind: "always_on", parentBased: true },
      propagators: ["tracecontext", "baggage"],
    });
  });

  test("the environment wins over options, traces over the general, and empty is not set", () => {
    const options: TraceOptions = { endpoint: "http://code:1", timeoutMs: 1, compression: "none", ratio: 0.5 };
    expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: " " }, options)).toMatchObject({
      otlp: { endpoint: { value: "http://code:1" }, timeoutMs: 1 },
      sampler: { kind: "ratio", ratio: 0.5, parentBased: true, keepErrors: true },
    });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://general:1",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces:1/x",
      OTEL_EXPORTER_OTLP_TIMEOUT: "5",
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "6",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
      OTEL_TRACES_SAMPLER: "traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    };
    expect(settings(env, options)).toMatchObject({
      otlp: { endpoint: { value: "http://traces:1/x" }, appendPath: false, timeoutMs: 6, compression: "gzip" },
      sampler: { kind: "ratio", ratio: 0.25, parentBased: false },
    });
  });

  test.each([
    [{ OTEL_SDK_DISABLED: "true" }],
    [{ OTEL_TRACES_EXPORTER: "none" }],
    [{ OTEL_SDK_DISABLED: "TRUE", OTEL_TRACES_EXPORTER: "otlp" }],
  ])("%o switches traces off", (env) => {
    expect(settings(env)).toMatchObject({ enabled: false, mode: "light" });
  });

  test.each<[Env, readonly string[]]>([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, ["OTEL_EXPORTER_OTLP_PROTOCOL"]],
    [{ OTEL_TRACES_EXPORTER: "otlp,console" }, ["OTEL_TRACES_EXPORTER"]],
    [{ OTEL_TRACES_EXPORTER: "zipkin" }, ["OTEL_TRACES_EXPORTER"]],
    [{ OTEL_METRICS_EXPORTER: "otlp" }, ["OTEL_METRICS_EXPORTER"]],
    [{ OTEL_LOGS_EXPORTER: "console" }, ["OTEL_LOGS_EXPORTER"]],
    [{ OTEL_PROPAGATORS: "tracecontext,b3" }, ["OTEL_PROPAGATORS"]],
    [{ OTEL_NODE_RESOURCE_DETECTORS: "host,os" }, ["OTEL_NODE_RESOURCE_DETECTORS"]],
    [{ OTEL_CONFIG_FILE: "otel.yaml" }, ["OTEL_CONFIG_FILE"]],
  ])("%o asks for the full mode", (env, fullFor) => {
    expect(settings(env)).toMatchObject({ mode: "full", fullFor });
  });

  test.each<[Env]>([
    [{ OTEL_METRICS_EXPORTER: "prometheus", OTEL_LOGS_EXPORTER: "none", OTEL_TRACES_EXPORTER: "otlp" }],
    [{ OTEL_PROPAGATORS: "baggage,tracecontext", OTEL_NODE_RESOURCE_DETECTORS: "none" }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", OTEL_METRICS_EXPORTER: "none" }],
    [{ OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
  ])("%o needs no more than the light mode", (env) => {
    expect(settings(env).mode).toBe("light");
  });

  test("an option asks for the full mode, or forbids it and says what is not obeyed", () => {
    expect(settings({}, { mode: "full" })).toMatchObject({ mode: "full", fullFor: [] });
    expect(problems({ OTEL_PROPAGATORS: "b3" }, { mode: "light" })).toEqual([
      "OTEL_PROPAGATORS needs the full mode, but the option is light",
    ]);
  });

  test.each([
    [{ OTEL_TRACES_SAMPLER: "sometimes" }, 'OTEL_TRACES_SAMPLER is "sometimes"; it takes jaeger_remote'],
    [{ OTEL_TRACES_SAMPLER: "xray" }, "OTEL_TRACES_SAMPLER xray asks a server for its ratio"],
    [
      { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "1%" },
      'OTEL_TRACES_SAMPLER_ARG is "1%"; it takes a number from 0 to 1; ignored',
    ],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: "-1" }, 'OTEL_BSP_MAX_QUEUE_SIZE is "-1"; it takes a whole number from 1'],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: "10", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "20" },
      "OTEL_BSP_MAX_EXPORT_BATCH_SIZE is 20, more than the queue takes; 10 is used",
    ],
    [{ OTEL_TRACES_EXPORTER: "jaeger" }, 'OTEL_TRACES_EXPORTER names "jaeger"'],
    [{ OTEL_PROPAGATORS: "xray" }, 'OTEL_PROPAGATORS names "xray"'],
    [{ OTEL_SDK_DISABLED: "yes" }, 'OTEL_SDK_DISABLED is "yes"; it takes true or false; ignored'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "udp" }, 'OTEL_EXPORTER_OTLP_PROTOCOL is "udp"'],
  ])("%o is a problem, and the default is used", (env, text) => {
    expect(problems(env)).toEqual([expect.stringContaining(text)]);
    expect(readTraceSettings({}, env).settings).toMatchObject({ enabled: true, mode: "light", exporters: ["otlp"] });
  });

  test("a bad endpoint is a problem that does not show it", () => {
    const text = problems({ OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318/s3cr3t" }).join();
    expect(text).toContain("OTEL_EXPORTER_OTLP_ENDPOINT is not a URL");
    expect(text).not.toContain("s3cr3t");
  });

  test("secret headers need HTTP", () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", TELEMETRY_OTLP_HEADERS_FILE: "/run/secrets/headers" };
    expect(problems(env, { headers: { a: { env: "A" } } })).toEqual([
      "TELEMETRY_OTLP_HEADERS_FILE needs OTLP over HTTP, but the protocol is grpc; ignored",
      "headers needs OTLP over HTTP, but the protocol is grpc; ignored",
    ]);
  });

  test("OTEL_BSP_* and limits are obeyed", () => {
    const env = {
      OTEL_BSP_SCHEDULE_DELAY: "10",
      OTEL_BSP_MAX_QUEUE_SIZE: "2048",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "512",
      OTEL_BSP_EXPORT_TIMEOUT: "3000",
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "100",
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "8",
      OTEL_ATTRIBUTE_COUNT_LIMIT: "9",
    };
    expect(settings(env)).toMatchObject({
      queue: { delayMs: 10, maxSpans: 2048, batchSpans: 512, exportTimeoutMs: 3000 },
      limits: { attributeValueLength: 100, attributes: 8, events: undefined },
    });
  });
});

describe("the resource", () => {
  test("knows its process without any say", () => {
    const { resource, problems: none } = readResource({}, {});
    expect(none).toEqual([]);
    expect(resource).toMatchObject({ "service.name": "unknown_service:node", "process.pid": process.pid });
    expect(resource["service.instance.id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("takes options, below OTEL_RESOURCE_ATTRIBUTES, below OTEL_SERVICE_NAME", () => {
    const options = { serviceName: "code", serviceVersion: "1", resource: { owner: "code", team: "a" } };
    const env = {
      OTEL_RESOURCE_ATTRIBUTES: "service.name=attributes,owner=a%2Cb%3D%25, service.instance.id = web1:80 ",
      OTEL_SERVICE_NAME: "name",
    };
    expect(readResource(options, env).resource).toMatchObject({
      "service.name": "name",
      "service.version": "1",
      owner: "a,b=%",
      team: "a",
      "service.instance.id": "web1:80",
    });
    expect(readResource(options, {}).resource).toMatchObject({ "service.name": "code", owner: "code" });
  });

  test.each(["a", "=b", "a=b=c", "a=%zz", "ok=1,bad"])("ignores OTEL_RESOURCE_ATTRIBUTES=%s as a whole", (text) => {
    const { resource, problems: found } = readResource({}, { OTEL_RESOURCE_ATTRIBUTES: text });
    expect(found).toMatchObject([{ setting: "OTEL_RESOURCE_ATTRIBUTES" }]);
    expect(resource).not.toHaveProperty("ok");
    expect(resource["service.name"]).toBe("unknown_service:node");
  });
});

test("instrumentations are switched on and off by name", () => {
  const on = (env: Env, name: string): boolean => isInstrumented(readInstrumentationSettings(env), name);
  expect(on({}, "http")).toBe(true);
  expect(on({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http, pino" }, "pino")).toBe(true);
  expect(on({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http" }, "redis")).toBe(false);
  expect(on({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: "redis" }, "redis")).toBe(false);
  const both = { OTEL_NODE_ENABLED_INSTRUMENTATIONS: "redis", OTEL_NODE_DISABLED_INSTRUMENTATIONS: "redis" };
  expect(on(both, "redis")).toBe(false);
});
