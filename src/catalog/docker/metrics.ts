import { counter, gauge, type MetricFamily } from "../../signals/metric.ts";

/** Labels of every container; raw control groups have no name and no image. */
const labels = { id: "open", name: "open", image: "open" } as const;
const interfaces = { ...labels, interface: "open" } as const;

/**
 * The families of cAdvisor that are used here, from docs/storage/prometheus.md and lib/metrics/prometheus.go of cAdvisor
 * 0.60, with `--store_container_labels=false`. The throttling ones exist only for containers with a CPU limit.
 */
export const metrics: readonly MetricFamily[] = [
  gauge("cadvisor_version_info", {
    cadvisorRevision: "open",
    cadvisorVersion: "open",
    dockerVersion: "open",
    kernelVersion: "open",
    osVersion: "open",
  }),
  gauge("container_last_seen", labels),
  gauge("container_start_time_seconds", labels),
  gauge("container_spec_memory_limit_bytes", labels),
  gauge("container_memory_working_set_bytes", labels),
  gauge("container_memory_rss", labels),
  counter("container_oom_events_total", labels),
  counter("container_cpu_usage_seconds_total", { ...labels, cpu: "open" }),
  counter("container_cpu_cfs_periods_total", labels),
  counter("container_cpu_cfs_throttled_periods_total", labels),
  counter("container_cpu_cfs_throttled_seconds_total", labels),
  counter("container_network_receive_bytes_total", interfaces),
  counter("container_network_transmit_bytes_total", interfaces),
];
