import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import type { Need } from "./needs.ts";
import { sendSpan } from "./otlp.ts";
import { scrape } from "./scrape.ts";

export const jaegerNeeds: readonly Need[] = [
  {
    tool: "jaeger",
    install: "put the program of https://github.com/jaegertracing/jaeger/releases (2.20.0) on the PATH",
  },
];

interface Ports {
  readonly metrics: number;
  readonly otlp: number;
  readonly http: number;
  readonly grpc: number;
}

/** Of its built-in all-in-one configuration the pipeline of OTLP, with all of its telemetry, on free ports. */
function configuration({ metrics, otlp, http, grpc }: Ports): string {
  return `
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: { receivers: [otlp], processors: [batch], exporters: [jaeger_storage_exporter] }
  telemetry:
    resource: { service.name: jaeger }
    metrics:
      level: detailed
      readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${metrics} } } } }]
extensions:
  jaeger_storage: { backends: { some_storage: { memory: { max_traces: 1000 } } } }
  jaeger_query:
    storage: { traces: some_storage }
    http: { endpoint: "127.0.0.1:${http}" }
    grpc: { endpoint: "127.0.0.1:${grpc}" }
receivers:
  otlp: { protocols: { http: { endpoint: "127.0.0.1:${otlp}" } } }
processors:
  batch: {}
exporters:
  jaeger_storage_exporter: { trace_storage: some_storage }
`;
}

/** Jaeger with memory storage, after spans that came by OTLP and questions that were answered. */
export async function captureJaeger(bench: Bench): Promise<Capture> {
  const [metrics, otlp] = [await bench.freePort(), await bench.freePort()];
  const [http, grpc] = [await bench.freePort(), await bench.freePort()];
  const file = await bench.write("jaeger.yaml", configuration({ metrics, otlp, http, grpc }));
  bench.start("jaeger", [`--config=${file}`]);
  const id = await eventually(() => sendSpan(`http://127.0.0.1:${otlp}`, "capture"));
  const api = `http://127.0.0.1:${http}/api`;
  await eventually(() => get(`${api}/traces/${id}`));
  for (const path of ["services", "services/capture/operations", "traces?service=capture"]) await get(`${api}/${path}`);
  const url = `http://127.0.0.1:${metrics}/metrics`;
  return {
    exporter: "jaeger",
    version: versionIn(await get(url), /target_info\{[^}]*service_version="v?(\d+(?:\.\d+)+)/),
    flags: [],
    source: "Jaeger with the telemetry of its all-in-one configuration: OTLP in, memory storage, a few queries",
    families: families(await scrape(url)),
  };
}
