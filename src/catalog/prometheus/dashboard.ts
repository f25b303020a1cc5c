import type { Service } from "../../model/model.ts";
import type { Row } from "../../signals/panel.ts";
import type { PrometheusSettings } from "./settings.ts";

const state: Row = {
  title: "State",
  panels: [
    {
      title: "Servers",
      description:
        "Whether each server answered the last scrape. Each one is asked by all; look at its journal when it is down.",
      type: "stat",
      unit: "none",
      mappings: { "0": "down", "1": "up" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [{ expr: "up", legend: "{{instance}}" }],
    },
    {
      title: "Configuration",
      description:
        "Whether the last reload worked. When it failed, the journal names the line; `stackwright check` finds it beforehand.",
      type: "stat",
      unit: "none",
      mappings: { "0": "refused", "1": "in force" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [{ expr: "prometheus_config_last_reload_successful", legend: "{{instance}}" }],
    },
    {
      title: "Alertmanagers seen",
      description:
        "Alertmanagers that each server sends to; all members of the cluster should be there. Zero means that nobody is told.",
      type: "stat",
      unit: "none",
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [{ expr: "prometheus_notifications_alertmanagers_discovered", legend: "{{instance}}" }],
    },
    {
      title: "Targets by service: expected and answering",
      description:
        "How many targets the inventory names and how many answer. Where the two differ, open the service's own dashboard.",
      type: "table",
      unit: "none",
      width: 24,
      queries: [
        { expr: "service:expected_targets:count", legend: "{{service}} expected", narrow: "none" },
        { expr: "count by (service, job) (up == 1)", legend: "{{service}} answering", narrow: "none" },
      ],
    },
  ],
};

const ingestion: Row = {
  title: "Ingestion",
  panels: [
    {
      title: "Samples stored",
      description: "Samples that are written each second. Steady is normal; a step means new or lost targets.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "sum without (type) (rate(prometheus_tsdb_head_samples_appended_total[$__rate_interval]))",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Series in the head",
      description:
        "Series that had samples in the last hours; memory grows with them. A steep rise is an explosion of labels: see the page /tsdb-status.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "prometheus_tsdb_head_series", legend: "{{instance}}" }],
    },
    {
      title: "Series created and removed",
      description:
        "Churn: series that begin and end each second. Restarts make peaks; a steady high rate means that a label holds ids or times.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        { expr: "rate(prometheus_tsdb_head_series_created_total[$__rate_interval])", legend: "{{instance}} created" },
        { expr: "rate(prometheus_tsdb_head_series_removed_total[$__rate_interval])", legend: "{{instance}} removed" },
      ],
    },
    {
      title: "Samples thrown away",
      description:
        "Samples refused at the scrape, by reason. Zero is normal; otherwise two targets share their labels or a limit is hit.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "rate(prometheus_target_scrapes_sample_duplicate_timestamp_total[$__rate_interval])",
          legend: "{{instance}} duplicate",
        },
        {
          expr: "rate(prometheus_target_scrapes_sample_out_of_order_total[$__rate_interval])",
          legend: "{{instance}} out of order",
        },
        {
          expr: "rate(prometheus_target_scrapes_sample_out_of_bounds_total[$__rate_interval])",
          legend: "{{instance}} out of bounds",
        },
        {
          expr: "rate(prometheus_target_scrapes_exceeded_sample_limit_total[$__rate_interval])",
          legend: "{{instance}} scrapes over the sample limit",
        },
      ],
    },
    {
      title: "Targets by scrape config",
      description:
        "Targets that each server holds. A drop means that discovery gave a shorter list: look at the exporter service or the target files.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "prometheus_target_scrape_pool_targets", legend: "{{instance}} {{scrape_job}}" }],
    },
    {
      title: "Time between scrapes, p99",
      description: "Should lie at the scrape interval. Well above it the server is overloaded: see CPU below.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [
        {
          expr: 'prometheus_target_interval_length_seconds{quantile="0.99"}',
          legend: "{{instance}} interval {{interval}}",
        },
      ],
    },
  ],
};

const rules: Row = {
  title: "Rules and alerts",
  panels: [
    {
      title: "Rule groups: share of their interval",
      description:
        "Time of the last round by the group's interval. Above 100 % rounds are left out and alerts come late.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      levels: { warning: 0.5, critical: 1 },
      queries: [
        {
          expr: "prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds",
          legend: "{{instance}} {{rule_group}}",
        },
      ],
    },
    {
      title: "Rules that fail or are left out",
      description: "Zero is normal. The server's page /rules shows the error beside each rule.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "sum without (rule_group) (rate(prometheus_rule_evaluation_failures_total[$__rate_interval]))",
          legend: "{{instance}} failed",
        },
        {
          expr: "sum without (rule_group) (rate(prometheus_rule_group_iterations_missed_total[$__rate_interval]))",
          legend: "{{instance}} left out",
        },
      ],
    },
    {
      title: "Alerts sent",
      description:
        "Alerts sent each second to each Alertmanager. All of them get the same; one that gets none is cut off.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "rate(prometheus_notifications_sent_total[$__rate_interval])",
          legend: "{{instance}} to {{alertmanager}}",
        },
      ],
    },
    {
      title: "Alerts not delivered",
      description:
        "Failed sendings by Alertmanager, and alerts that were dropped for good. Zero is normal but for a moment after a start.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "rate(prometheus_notifications_errors_total[$__rate_interval])",
          legend: "{{instance}} to {{alertmanager}} failed",
        },
        { expr: "rate(prometheus_notifications_dropped_total[$__rate_interval])", legend: "{{instance}} dropped" },
      ],
    },
  ],
};

const storage: Row = {
  title: "Storage and queries",
  panels: [
    {
      title: "Blocks on disk",
      description:
        "Size of the finished blocks; the write-ahead log comes on top. Level once the retention is reached.",
      type: "timeseries",
      unit: "bytes",
      min: 0,
      queries: [{ expr: "prometheus_tsdb_storage_blocks_bytes", legend: "{{instance}}" }],
    },
    {
      title: "Storage failures",
      description:
        "Failures in the last hour. Zero is normal; any other number is a full or broken disk: look at the host's dashboard.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [
        { expr: "increase(prometheus_tsdb_compactions_failed_total[1h])", legend: "{{instance}} compactions" },
        { expr: "increase(prometheus_tsdb_reloads_failures_total[1h])", legend: "{{instance}} block reloads" },
        { expr: "increase(prometheus_tsdb_wal_writes_failed_total[1h])", legend: "{{instance}} log writes" },
        { expr: "increase(prometheus_tsdb_checkpoint_creations_failed_total[1h])", legend: "{{instance}} checkpoints" },
      ],
    },
    {
      title: "Query time, p99",
      description:
        "Time of the slowest queries by phase. A long queue_time means too many at once: look for a heavy dashboard.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [
        { expr: 'prometheus_engine_query_duration_seconds{quantile="0.99"}', legend: "{{instance}} {{slice}}" },
      ],
    },
    {
      title: "Requests by status",
      description: "Requests to the server's API. 4xx are bad queries, 503 a server that is still replaying its log.",
      type: "timeseries",
      unit: "reqps",
      min: 0,
      queries: [
        {
          expr: "sum without (handler) (rate(prometheus_http_requests_total[$__rate_interval]))",
          legend: "{{instance}} {{code}}",
        },
      ],
    },
    {
      title: "CPU",
      description: "Cores in use. Peaks with compaction every two hours are normal.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{instance}}" }],
    },
    {
      title: "Memory",
      description: "Resident memory. Follows the series in the head; big queries add peaks.",
      type: "timeseries",
      unit: "bytes",
      min: 0,
      queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
    },
  ],
};

const remoteWrite: Row = {
  title: "Remote write",
  panels: [
    {
      title: "How far behind",
      description:
        "Time between the newest sample here and the newest one sent. Seconds are normal; growth means that the far end is slow or away.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [
        {
          expr: "prometheus_remote_storage_highest_timestamp_in_seconds - on (job, service, instance) group_right () prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
          legend: "{{instance}} {{remote_name}}",
        },
      ],
    },
    {
      title: "Samples sent, tried again and lost",
      description: "Failed samples are lost for the far end. Samples tried again are delayed only.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        {
          expr: "rate(prometheus_remote_storage_samples_total[$__rate_interval])",
          legend: "{{instance}} {{remote_name}} sent",
        },
        {
          expr: "rate(prometheus_remote_storage_samples_retried_total[$__rate_interval])",
          legend: "{{instance}} {{remote_name}} tried again",
        },
        {
          expr: "rate(prometheus_remote_storage_samples_failed_total[$__rate_interval])",
          legend: "{{instance}} {{remote_name}} lost",
        },
      ],
    },
  ],
};

export function dashboard(_services: readonly Service[], settings: readonly PrometheusSettings[]): readonly Row[] {
  const remote = settings.some(({ remote_write }) => remote_write.length > 0);
  return [state, ingestion, rules, storage, ...(remote ? [remoteWrite] : [])];
}
