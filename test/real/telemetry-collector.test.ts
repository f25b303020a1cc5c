import { expect, test } from "vitest";
import { type ReceivedSpan, startReceiver } from "../telemetry/traces/receiver.ts";
import { collector, startCollector } from "./collector.ts";
import { withBench } from "./lab/bench.ts";
import { describeWith } from "./tool.ts";
import { startTraced, type TracedProcess } from "./traced/process.ts";

/** Spans of a request through three services: three of servers, two of clients. */
const whole = 5;

function configuration(destination: string): string {
  return `
receivers:
  otlp: { protocols: { http: { endpoint: OTLP } } }
processors:
  tail_sampling:
    decision_wait: 3s
    num_traces: 5000
    policies:
      - { name: failed, type: status_code, status_code: { status_codes: [ERROR] } }
      - { name: slow, type: latency, latency: { threshold_ms: 500 } }
      - { name: share, type: probabilistic, probabilistic: { sampling_percentage: 1 } }
exporters:
  otlp_http: { endpoint: "${destination}", encoding: json, compression: none }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    traces: { receivers: [otlp], processors: [tail_sampling], exporters: [otlp_http] }
`;
}

describeWith([collector], "a collector that samples", () => {
  test("keeps 20 failing and 20 slow of 1,000 requests through three services whole, at a ratio of 0.01", async () => {
    const receiver = await startReceiver();
    const services: TracedProcess[] = [];
    try {
      await withBench(async (bench) => {
        const endpoint = await startCollector(bench, configuration(receiver.url));
        const start = async (name: string, next?: string): Promise<string> => {
          const environment = {
            OTEL_SERVICE_NAME: name,
            OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
            OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
            OTEL_TRACES_SAMPLER: "always_on",
            TELEMETRY_REQUEST_LOG: "off",
            ...(next !== undefined && { NEXT: next }),
          };
          const service = startTraced("chain.ts", { environment });
          services.push(service);
          return service.url();
        };
        const first = await start("first", await start("second", await start("third")));
        const asked = await askAll(first, 1000);
        expect(asked).toEqual({ 200: 980, 500: 20 });

        const kept = (): Map<string, ReceivedSpan[]> => Map.groupBy(receiver.spans, ({ traceId }) => traceId);
        const of = (path: string): readonly (readonly ReceivedSpan[])[] =>
          [...kept().values()].filter((spans) => spans.some(({ attributes }) => attributes["url.path"] === path));
        await expect
          .poll(() => [of("/fail").length, of("/slow").length], { timeout: 30_000, interval: 200 })
          .toEqual([20, 20]);
        const traces = [...kept().values()];
        expect(traces.map(({ length }) => length)).toEqual(traces.map(() => whole));
        for (const spans of traces)
          expect(new Set(spans.map(({ resource }) => resource["service.name"]))).toEqual(
            new Set(["first", "second", "third"]),
          );
        // About ten of the others; all of them would mean that nothing was left out.
        expect(of("/well").length).toBeLessThan(60);
        expect(traces).toHaveLength(40 + of("/well").length);
      });
    } finally {
      await Promise.all(services.map((service) => service.stop()));
      await receiver.close();
    }
  });
});

/** Asks for every 50th to fail and for every 50th to be slow, twenty at a time; counts the answers by status. */
async function askAll(url: string, count: number): Promise<Readonly<Record<number, number>>> {
  const statuses: Record<number, number> = {};
  let index = 0;
  const ask = async (): Promise<void> => {
    while (index < count) {
      const turn = index++ % 50;
      const { status } = await fetch(url + (turn === 7 ? "/fail" : turn === 31 ? "/slow" : "/well"));
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  return statuses;
}
