import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReceivedSpan, type Receiver, startReceiver } from "../telemetry/traces/receiver.ts";
import { collector, startCollector } from "./collector.ts";
import { freePort, withBench } from "./lab/bench.ts";
import { describeWith } from "./tool.ts";
import { startTraced, type TracedProcess } from "./traced/process.ts";

const server = 2;

/** Runs the application that answers with the headers it got, asks it once, and gives what it wrote. */
async function askOnce(
  environment: Readonly<Record<string, string>>,
  use: (app: TracedProcess, text: string) => Promise<void>,
) {
  const app = startTraced("headers.ts", { environment });
  try {
    await use(app, await (await fetch(`${await app.url()}/`)).text());
  } finally {
    await app.stop();
  }
}

describe("the full mode", () => {
  let receiver: Receiver;
  let folder: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    folder = mkdtempSync(join(tmpdir(), "telemetry-full-"));
  });

  afterAll(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true });
  });

  const arrived = async (): Promise<ReceivedSpan> => {
    await expect.poll(() => receiver.spans.some(({ kind }) => kind === server), { timeout: 10_000 }).toBe(true);
    const [span] = receiver.spans.splice(0).filter(({ kind }) => kind === server);
    if (span === undefined) throw new Error("no span");
    return span;
  };

  test("passes on b3 headers, and accounts for its spans", async () => {
    const port = String(await freePort());
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_PROPAGATORS: "b3",
      OTEL_METRICS_EXPORTER: "prometheus",
      OTEL_EXPORTER_PROMETHEUS_PORT: port,
    };
    await askOnce(environment, async (app) => {
      await arrived();
      const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
      await fetch(`${await app.url()}/`, { headers: { b3: `${trace}-00f067aa0ba902b7-1` } });
      expect(await arrived()).toMatchObject({ traceId: trace, parentSpanId: "00f067aa0ba902b7" });
      const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(page).toMatch(/^telemetry_spans_ended_total 2$/m);
      expect(page).toMatch(/^telemetry_spans_exported_total 2$/m);
      expect(page).toMatch(/^telemetry_spans_queued 0$/m);
    });
  });

  test("takes what detectors find, below what the environment says", async () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_NODE_RESOURCE_DETECTORS: "os,process",
      OTEL_SERVICE_NAME: "shop",
      OTEL_RESOURCE_ATTRIBUTES: "process.pid=mine",
    };
    await askOnce(environment, async () => {
      const { resource } = await arrived();
      expect(resource).toMatchObject({ "service.name": "shop", "process.pid": "mine" });
      expect(resource["process.command_args"]).toBeDefined();
      expect(resource["os.version"]).toBeDefined();
    });
  });

  test("sends metrics by OTLP where asked, and spans to several exporters", async () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
      OTEL_METRIC_EXPORT_TIMEOUT: "200",
      OTEL_NODE_EXPERIMENTAL_SDK_METRICS: "true",
      OTEL_TRACES_EXPORTER: "otlp,console",
    };
    await askOnce(environment, async (app) => {
      await arrived();
      await expect.poll(() => app.output()).toContain("instrumentationScope");
      await expect.poll(() => receiver.requests.map(({ path }) => path), { timeout: 10_000 }).toContain("/v1/metrics");
    });
  });

  test("does what a declarative file says", async () => {
    const file = join(folder, "otel.yaml");
    const exporter = `otlp_http: { endpoint: "${receiver.url}/v1/traces", encoding: json }`;
    writeFileSync(
      file,
      `file_format: "1.0"\ntracer_provider:\n  processors:\n    - batch: { schedule_delay: 100, exporter: { ${exporter} } }\n`,
    );
    await askOnce({ OTEL_CONFIG_FILE: file }, async () => {
      expect((await arrived()).name).toBe("GET");
    });
  });

  test("starts nothing that was not asked for", async () => {
    const before = receiver.requests.length;
    await askOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_PROPAGATORS: "b3multi" }, async () => {
      await arrived();
    });
    expect(new Set(receiver.requests.slice(before).map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
  });

  test("shows a collector that is away once, as the light mode does", async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_PROPAGATORS: "b3" };
    await askOnce(environment, async (app) => {
      await expect
        .poll(() => app.records().filter(({ message }) => String(message).includes("they wait")), { timeout: 10_000 })
        .toMatchObject([{ reason: "ECONNREFUSED" }]);
    });
  });
});

describeWith([collector], "the full mode and a collector", () => {
  test("sends spans by gRPC", async () => {
    const receiver = await startReceiver();
    try {
      await withBench(async (bench) => {
        const grpc = `127.0.0.1:${await bench.freePort()}`;
        await startCollector(
          bench,
          `
receivers:
  otlp: { protocols: { http: { endpoint: OTLP }, grpc: { endpoint: "${grpc}" } } }
exporters:
  otlp_http: { endpoint: "${receiver.url}", encoding: json, compression: none }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    traces: { receivers: [otlp], exporters: [otlp_http] }
`,
        );
        const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${grpc}`, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
        await askOnce(environment, async () => {
          await expect.poll(() => receiver.spans.map(({ name }) => name), { timeout: 10_000 }).toEqual(["GET"]);
        });
      });
    } finally {
      await receiver.close();
    }
  });
});
