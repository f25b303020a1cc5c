import { createServer } from "node:http";
import { collector, startCollector } from "../../test/real/collector.ts";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { goNeed } from "./go-module.ts";
import type { Need } from "./needs.ts";
import { sendSignals } from "./otlp.ts";
import { scrape } from "./scrape.ts";

export const otelCollectorNeeds: readonly Need[] = [
  { tool: collector, install: `${goNeed.install}, then STACKWRIGHT_INSTALL_TOOLS=1 npm test` },
];

interface Ports {
  readonly metrics: number;
  readonly grpc: number;
  /** Takes whatever it gets. */
  readonly receiver: number;
}

/** `full` never gives up and has no room: what comes after its first two is refused by its queue. */
function configuration({ metrics, grpc, receiver }: Ports): string {
  return `
receivers:
  otlp: { protocols: { http: { endpoint: OTLP }, grpc: { endpoint: "127.0.0.1:${grpc}" } } }
processors:
  memory_limiter: { check_interval: 1s, limit_mib: 200 }
  tail_sampling: { decision_wait: 1s, policies: [{ name: all, type: always_sample }] }
  batch: { timeout: 100ms }
exporters:
  otlp_http/well: { endpoint: "http://127.0.0.1:${receiver}" }
  otlp_http/down:
    endpoint: "http://127.0.0.1:1"
    retry_on_failure: { initial_interval: 100ms, max_interval: 100ms, max_elapsed_time: 300ms }
  otlp_http/full:
    endpoint: "http://127.0.0.1:1"
    retry_on_failure: { max_elapsed_time: 0s }
    sending_queue: { num_consumers: 1, queue_size: 1 }
service:
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${metrics} } } } }] } }
  pipelines:
    traces: { receivers: [otlp], processors: [memory_limiter, tail_sampling, batch], exporters: &all [otlp_http/well, otlp_http/down, otlp_http/full] }
    metrics: { receivers: [otlp], processors: [memory_limiter, batch], exporters: *all }
    logs: { receivers: [otlp], processors: [memory_limiter, batch], exporters: *all }
`;
}

/** What is counted only once it has happened. */
const expected = ["sent", "send_failed", "enqueue_failed"].flatMap((what) =>
  ["spans", "metric_points", "log_records"].map((items) => `otelcol_exporter_${what}_${items}`),
);

/** A Collector with the processors of a gateway: OTLP in; one destination is well, one is down, the queue of one is full. */
export async function captureOtelCollector(bench: Bench): Promise<Capture> {
  const receiver = createServer((request, answer) => request.resume().on("end", () => answer.end()));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  try {
    const address = receiver.address();
    if (address === null || typeof address === "string") throw new Error("the receiver has no port");
    const ports = { metrics: await bench.freePort(), grpc: await bench.freePort(), receiver: address.port };
    const otlp = await startCollector(bench, configuration(ports));
    const url = `http://127.0.0.1:${ports.metrics}/metrics`;
    const text = await eventually(async () => {
      await sendSignals(otlp);
      const shown = await get(url);
      const absent = expected.filter((name) => !shown.includes(`${name}{`));
      if (absent.length > 0) throw new Error(`${absent.join(", ")} was not counted`);
      return shown;
    }, 60);
    return {
      exporter: "otelcol",
      version: versionIn(text, /target_info\{[^}]*service_version="(\d+(?:\.\d+)+)/),
      flags: [],
      source:
        "OTLP in; batch, memory_limiter and tail_sampling; one exporter that works, one that fails and one whose queue is full; metrics reader with default naming",
      families: families(await scrape(url)),
    };
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}
