import { gauge, type MetricFamily } from "../../signals/metric.ts";

const label = { label: "open" } as const;
const job = { jenkins_job: "open", repo: "open", buildable: ["true", "false"] } as const;

/**
 * What the Prometheus plugin gives with its default namespace and without metrics per build, from docs/metrics/index.md and
 * the collectors of release 852.
 */
export const metrics: readonly MetricFamily[] = [
  gauge("default_jenkins_up"),
  gauge("default_jenkins_uptime"),
  gauge("default_jenkins_quietdown"),
  gauge("default_jenkins_nodes_online", { node: "open" }),
  gauge("default_jenkins_executors_available", label),
  gauge("default_jenkins_executors_busy", label),
  gauge("default_jenkins_executors_connecting", label),
  gauge("default_jenkins_executors_defined", label),
  gauge("default_jenkins_executors_idle", label),
  gauge("default_jenkins_executors_online", label),
  gauge("default_jenkins_executors_queue_length", label),
  gauge("default_jenkins_builds_health_score", job),
  gauge("default_jenkins_builds_available_builds_count", job),
  gauge("default_jenkins_builds_running_build_duration_milliseconds", job),
  gauge("default_jenkins_builds_last_build_result_ordinal", job),
  gauge("default_jenkins_builds_last_build_result", job),
  gauge("default_jenkins_builds_last_build_duration_milliseconds", job),
  gauge("default_jenkins_builds_last_build_start_time_milliseconds", job),
];
