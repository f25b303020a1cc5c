import { counter, familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** Counted from the first failure on, so that a capture without one lacks it. */
const sendFailed = counter("otelcol_exporter_send_failed_spans", { exporter: "open" });

/**
 * Metrics of Jaeger 2, which is built on the OpenTelemetry Collector; those of Jaeger 1 (`jaeger_collector_*`,
 * `jaeger_query_*`) are gone. Latencies are in seconds, but in buckets made for milliseconds: only mean values are of use.
 */
export const metrics: readonly MetricFamily[] = [
  ...familiesOf(captured, { jaeger_storage_requests: { labels: { result: ["ok", "err"] } } }),
  sendFailed,
];
