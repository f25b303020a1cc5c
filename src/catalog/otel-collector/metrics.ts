import { counter, familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** Counted from the first failure on, so that a capture without one lacks them: exporter/exporterhelper/documentation.md. */
const enqueueFailed: readonly MetricFamily[] = [
  counter("otelcol_exporter_enqueue_failed_spans", { exporter: "open" }),
  counter("otelcol_exporter_enqueue_failed_metric_points", { exporter: "open" }),
  counter("otelcol_exporter_enqueue_failed_log_records", { exporter: "open" }),
];

/**
 * The collector's own metrics as its Prometheus reader names them by default: without `_total` and without units. Readers
 * written for older releases have to say `without_type_suffix: true` and `without_units: true` for the same names.
 */
export const metrics: readonly MetricFamily[] = [...familiesOf(captured), ...enqueueFailed];
