import { counter, familiesOf, gauge, histogram, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

const remote = { remote_name: "open", url: "open" } as const;
const on = { collector: "remote_write" } as const;

/**
 * What a server with `remote_write` exposes beside the captured families; seen on Prometheus 2.42 with one remote
 * address. Histogram samples and metadata are counted in the same way under names of their own.
 */
const remoteWrite: readonly MetricFamily[] = [
  counter("prometheus_remote_storage_samples_total", remote, on),
  counter("prometheus_remote_storage_samples_failed_total", remote, on),
  counter("prometheus_remote_storage_samples_dropped_total", remote, on),
  counter("prometheus_remote_storage_samples_retried_total", remote, on),
  gauge("prometheus_remote_storage_samples_pending", remote, on),
  counter("prometheus_remote_storage_bytes_total", remote, on),
  counter("prometheus_remote_storage_enqueue_retries_total", remote, on),
  gauge("prometheus_remote_storage_queue_highest_sent_timestamp_seconds", remote, on),
  histogram("prometheus_remote_storage_sent_batch_duration_seconds", remote, on),
  gauge("prometheus_remote_storage_shards", remote, on),
  gauge("prometheus_remote_storage_shards_desired", remote, on),
  gauge("prometheus_remote_storage_shards_max", remote, on),
];

/** Every family of a Prometheus server; captured from a real 2.42 that scrapes, evaluates and alerts. */
export const metrics: readonly MetricFamily[] = [
  ...familiesOf(captured, {
    prometheus_engine_query_duration_seconds: {
      labels: { slice: ["inner_eval", "prepare_time", "queue_time", "result_sort"] },
    },
    prometheus_tsdb_head_samples_appended_total: { labels: { type: ["float", "histogram"] } },
  }),
  ...remoteWrite,
];
