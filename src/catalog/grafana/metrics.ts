import { counter, gauge, histogram, type LabelValues, type MetricFamily } from "../../signals/metric.ts";

/**
 * Families of Grafana 13, declared from its source, github.com/grafana/grafana: pkg/infra/metrics/metrics.go,
 * pkg/middleware/request_metrics.go, pkg/infra/httpclient/httpclientprovider/datasource_metrics_middleware.go,
 * pkg/services/pluginsintegration/clientmiddleware/metrics_middleware.go, pkg/services/ngalert/metrics/scheduler.go and
 * multi_org_alertmanager.go, and the collector of its database pool. Not yet compared with a running server.
 */
type Labels = Readonly<Record<string, LabelValues>>;

const summary = (name: string): MetricFamily => ({ name, type: "summary", labels: {} });

const request: Labels = {
  handler: "open",
  status_code: "open",
  method: "open",
  status_source: "open",
  slo_group: "open",
};
const datasource: Labels = {
  datasource: "open",
  datasource_type: "open",
  secure_socks_ds_proxy_enabled: ["true", "false"],
};
const datasourceRequest: Labels = { ...datasource, code: "open", method: "open" };
const plugin: Labels = { plugin_id: "open", endpoint: "open", target: "open", status_source: "open" };
const status: Labels = { status: ["ok", "error", "cancelled"] };
const org: Labels = { org: "open" };
const notification: Labels = { org: "open", integration: "open" };
const code: Labels = { code: "open" };

const requests: readonly MetricFamily[] = [
  histogram("grafana_http_request_duration_seconds", request),
  histogram("grafana_http_response_size_bytes", request),
  gauge("grafana_http_request_in_flight"),
  counter("grafana_api_response_status_total", code),
  counter("grafana_page_response_status_total", code),
  counter("grafana_proxy_response_status_total", code),
  counter("grafana_api_login_post_total"),
  counter("grafana_api_login_oauth_total"),
  summary("grafana_api_dashboard_save_milliseconds"),
  summary("grafana_api_dashboard_get_milliseconds"),
  summary("grafana_api_dashboard_search_milliseconds"),
];

const datasources: readonly MetricFamily[] = [
  counter("grafana_datasource_request_total", datasourceRequest),
  histogram("grafana_datasource_request_duration_seconds", datasourceRequest),
  histogram("grafana_datasource_response_size_bytes", datasource),
  gauge("grafana_datasource_request_in_flight", datasource),
  counter("grafana_plugin_request_total", { ...plugin, ...status }),
  histogram("grafana_plugin_request_duration_seconds", { ...plugin, ...status, source: "open" }),
  gauge("grafana_plugin_build_info", { plugin_id: "open", plugin_type: "open", version: "open" }),
];

const alerting: readonly MetricFamily[] = [
  gauge("grafana_alerting_alerts", { state: "open" }),
  gauge("grafana_alerting_schedule_alert_rules"),
  gauge("grafana_alerting_scheduler_behind_seconds"),
  counter("grafana_alerting_rule_evaluations_total", org),
  counter("grafana_alerting_rule_evaluation_failures_total", org),
  histogram("grafana_alerting_rule_evaluation_duration_seconds", org),
  counter("grafana_alerting_schedule_rule_evaluations_missed_total", { org: "open", name: "open" }),
  counter("grafana_alerting_notifications_total", notification),
  counter("grafana_alerting_notifications_failed_total", notification),
];

const totals: readonly MetricFamily[] = [
  "grafana_stat_totals_dashboard",
  "grafana_stat_totals_folder",
  "grafana_stat_total_users",
  "grafana_stat_active_users",
  "grafana_stat_total_orgs",
  "grafana_stat_totals_alert_rules",
].map((name) => gauge(name));

const database: readonly MetricFamily[] = [
  gauge("grafana_database_conn_max_open"),
  gauge("grafana_database_conn_open"),
  gauge("grafana_database_conn_in_use"),
  gauge("grafana_database_conn_idle"),
  counter("grafana_database_conn_wait_count_total"),
  counter("grafana_database_conn_wait_duration_seconds"),
];

/** The standard collectors of the Prometheus client for Go. */
const own: readonly MetricFamily[] = [
  gauge("grafana_build_info", {
    version: "open",
    revision: "open",
    branch: "open",
    goversion: "open",
    edition: "open",
  }),
  counter("grafana_instance_start_total"),
  counter("process_cpu_seconds_total"),
  gauge("process_max_fds"),
  gauge("process_open_fds"),
  gauge("process_resident_memory_bytes"),
  gauge("process_start_time_seconds"),
  gauge("process_virtual_memory_bytes"),
  gauge("go_goroutines"),
  gauge("go_info", { version: "open" }),
  gauge("go_threads"),
  summary("go_gc_duration_seconds"),
  gauge("go_memstats_heap_inuse_bytes"),
];

export const metrics: readonly MetricFamily[] = [
  ...requests,
  ...datasources,
  ...alerting,
  ...totals,
  { name: "grafana_stat_totals_datasource", type: "gauge", labels: { plugin_id: "open" } },
  ...database,
  ...own,
];
