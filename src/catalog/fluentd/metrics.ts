import { gauge, type MetricFamily } from "../../signals/metric.ts";

const labels = { plugin_id: "open", type: "open" } as const;
const grows = { cumulative: true } as const;

/**
 * What the sources `prometheus` and `prometheus_output_monitor` give, from
 * lib/fluent/plugin/in_prometheus_output_monitor.rb of fluent-plugin-prometheus 2.2.2. With its default `gauge_all` the
 * plugin types counts as gauges.
 */
export const metrics: readonly MetricFamily[] = [
  gauge("fluentd_output_status_buffer_total_bytes", labels),
  gauge("fluentd_output_status_buffer_stage_length", labels),
  gauge("fluentd_output_status_buffer_stage_byte_size", labels),
  gauge("fluentd_output_status_buffer_queue_length", labels),
  gauge("fluentd_output_status_buffer_queue_byte_size", labels),
  gauge("fluentd_output_status_buffer_available_space_ratio", labels),
  gauge("fluentd_output_status_buffer_newest_timekey", labels),
  gauge("fluentd_output_status_buffer_oldest_timekey", labels),
  gauge("fluentd_output_status_retry_count", labels, grows),
  gauge("fluentd_output_status_num_errors", labels, grows),
  gauge("fluentd_output_status_emit_count", labels, grows),
  gauge("fluentd_output_status_emit_records", labels, grows),
  gauge("fluentd_output_status_write_count", labels, grows),
  gauge("fluentd_output_status_rollback_count", labels, grows),
  gauge("fluentd_output_status_flush_time_count", labels, grows),
  gauge("fluentd_output_status_slow_flush_count", labels, grows),
  gauge("fluentd_output_status_retry_wait", labels),
];
