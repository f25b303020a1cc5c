import { counter, familiesOf, gauge, histogram, type MetricFamily } from "../../signals/metric.ts";
import { asScraped } from "../as-scraped.ts";
import captured from "./captured.json" with { type: "json" };

/**
 * HTTP by the stable conventions of OpenTelemetry, in Prometheus' spelling:
 * https://opentelemetry.io/docs/specs/semconv/http/http-metrics/. `http_route` is the template, never the raw path.
 */
const http: readonly MetricFamily[] = [
  histogram("http_server_request_duration_seconds", {
    http_request_method: "open",
    http_route: "open",
    http_response_status_code: "open",
    url_scheme: ["http", "https"],
  }),
  gauge("http_server_active_requests"),
  histogram("http_client_request_duration_seconds", {
    http_request_method: "open",
    http_response_status_code: "open",
    server_address: "open",
    server_port: "open",
  }),
];

/** What the telemetry library says about itself and about the process; see `docs/contract.md`. */
const telemetry: readonly MetricFamily[] = [
  gauge("nodejs_heap_size_limit_bytes"),
  counter("telemetry_log_records_accepted_total"),
  counter("telemetry_log_records_synced_total"),
  counter("telemetry_log_records_delivered_total"),
  counter("telemetry_log_records_dead_lettered_total"),
  counter("telemetry_log_records_dropped_total", { reason: "open" }),
  counter("telemetry_log_records_redirected_total"),
  gauge("telemetry_log_records_buffered"),
  counter("telemetry_log_stdout_dropped_total"),
  gauge("telemetry_log_mode", { mode: ["durable", "fast", "direct", "file", "stdout"] }),
  counter("telemetry_spans_ended_total"),
  counter("telemetry_spans_exported_total"),
  counter("telemetry_spans_dropped_total", { reason: "open" }),
  gauge("telemetry_spans_queued"),
  gauge("telemetry_instrumentation_patched", { module: "open" }),
  counter("telemetry_metric_series_limited_total", { metric: "open" }),
  counter("telemetry_metric_faults_total", { fault: "open" }),
];

/**
 * All of it, with the defaults of prom-client as captured. Its `kind` on garbage collections
 * stands behind the target label of that name and is stored as `exported_kind`.
 */
export const metrics: readonly MetricFamily[] = [
  ...http,
  ...telemetry,
  ...asScraped(
    familiesOf(captured, {
      nodejs_gc_duration_seconds: { labels: { kind: ["major", "minor", "incremental", "weakcb"] } },
    }),
  ),
];
