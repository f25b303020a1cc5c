import type { AlertTemplate } from "../../signals/alert.ts";
import { clusterAlerts } from "./alerts-cluster.ts";

const serverAlerts: readonly AlertTemplate[] = [
  {
    name: "MysqlDown",
    expr: "mysql_up == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "MySQL on {{ $labels.host }} does not answer",
    description:
      "The exporter on {{ $labels.host }} runs but cannot log in to the server of {{ $labels.service }}: the server is down, full, or refuses the exporter's user.",
    test: { fires: { mysql_up: 0 }, quiet: { mysql_up: 1 } },
  },
  {
    name: "MysqlExporterDown",
    expr: 'up{job="mysql"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "No metrics of MySQL on {{ $labels.host }}",
    description:
      "mysqld_exporter on {{ $labels.instance }} has not answered for 5 minutes. The server may be fine, but nobody would notice if it were not.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "MysqlScrapeIncomplete",
    expr: "mysql_exporter_last_scrape_error == 1 and on (job, instance) mysql_up == 1",
    for: "10m",
    severity: "warning",
    about: "instance",
    needs: ["mysql_exporter_last_scrape_error"],
    summary: "Some metrics of MySQL on {{ $labels.host }} are missing",
    description:
      "The exporter on {{ $labels.instance }} reaches the server of {{ $labels.service }}, but a collector fails, mostly for a missing grant. Alerts that need its metrics are silent meanwhile.",
    test: {
      fires: { mysql_exporter_last_scrape_error: 1, mysql_up: 1 },
      quiet: { mysql_exporter_last_scrape_error: 0, mysql_up: 1 },
      alsoQuiet: [{ mysql_exporter_last_scrape_error: 1, mysql_up: 0 }],
    },
  },
  {
    name: "MysqlCollectorFailing",
    expr: "mysql_exporter_collector_success == 0 and on (job, instance) mysql_up == 1",
    for: "10m",
    severity: "warning",
    about: "instance",
    needs: ["mysql_exporter_collector_success"],
    summary: "{{ $labels.collector }} of the exporter on {{ $labels.host }} fails",
    description:
      "The exporter on {{ $labels.instance }} reaches the server of {{ $labels.service }}, but this collector fails, mostly for a missing grant. Alerts that need its metrics are silent meanwhile.",
    test: {
      fires: { 'mysql_exporter_collector_success{collector="collect.slave_status"}': 0, mysql_up: 1 },
      quiet: { 'mysql_exporter_collector_success{collector="collect.slave_status"}': 1, mysql_up: 1 },
      firing: [{ collector: "collect.slave_status" }],
    },
  },
  {
    name: "MysqlRestarted",
    expr: "mysql_global_status_uptime < $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 600, unit: "seconds", meaning: "uptime below which a start counts as recent" },
    about: "instance",
    summary: "MySQL on {{ $labels.host }} started {{ $value | humanizeDuration }} ago",
    description:
      "The server of {{ $labels.service }} on {{ $labels.host }} was restarted or crashed. Its caches are cold, and its connections were cut.",
    test: {
      fires: ({ threshold }) => ({ mysql_global_status_uptime: threshold - 1 }),
      quiet: ({ threshold }) => ({ mysql_global_status_uptime: threshold }),
    },
  },
  {
    name: "MysqlConnectionsHigh",
    expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of max_connections in use" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of the connections of MySQL on {{ $labels.host }} are in use",
    description:
      "Connections to {{ $labels.service }} on {{ $labels.host }} near max_connections. When it is reached, new clients get error 1040.",
    test: { fires: connections(1), quiet: connections(-1) },
  },
  {
    name: "MysqlConnectionsNearlyExhausted",
    expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections > $threshold",
    for: "2m",
    severity: "critical",
    threshold: { default: 0.95, unit: "ratio", meaning: "share of max_connections in use" },
    about: "instance",
    summary: "MySQL on {{ $labels.host }} is about to refuse clients: {{ $value | humanizePercentage }} connected",
    description:
      "Hardly a connection to {{ $labels.service }} on {{ $labels.host }} is left. New clients are refused next.",
    outranks: { alerts: ["MysqlConnectionsHigh"], by: ["host", "instance"] },
    test: { fires: connections(1), quiet: connections(-1) },
  },
  {
    name: "MysqlConnectionsRefused",
    expr: 'increase(mysql_global_status_connection_errors_total{error="max_connections"}[5m]) > $threshold',
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "clients refused within 5 minutes" },
    about: "instance",
    summary: "MySQL on {{ $labels.host }} refused clients",
    description:
      "About {{ $value | humanize }} clients of {{ $labels.service }} on {{ $labels.host }} were refused in the last 5 minutes, because max_connections was reached.",
    test: {
      fires: ({ threshold }) => ({
        'mysql_global_status_connection_errors_total{error="max_connections"}': `0+${threshold + 1}x3000`,
      }),
      quiet: { 'mysql_global_status_connection_errors_total{error="max_connections"}': 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "MysqlSlowQueriesHigh",
    expr: [
      "rate(mysql_global_status_slow_queries[5m]) / rate(mysql_global_status_questions[5m]) > $threshold",
      "and rate(mysql_global_status_questions[5m]) > 1",
    ].join("\n"),
    for: "15m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of slow queries among all, above one query a second" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of the queries of MySQL on {{ $labels.host }} are slow",
    description:
      "More queries of {{ $labels.service }} on {{ $labels.host }} than usual take longer than long_query_time, for 15 minutes or more.",
    test: {
      fires: ({ threshold }) => slowQueries(threshold + Math.min(0.02, (1 - threshold) / 10)),
      quiet: ({ threshold }) => slowQueries(threshold * 0.9),
      afterSeconds: 60,
      // Hardly a query, and that was slow.
      alsoQuiet: [{ mysql_global_status_questions: "0+6x3000", mysql_global_status_slow_queries: "0+6x3000" }],
    },
  },
  {
    name: "MysqlInnoDBLogWaits",
    expr: "rate(mysql_global_status_innodb_log_waits[5m]) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 1, unit: "count", meaning: "waits for the log buffer per second" },
    about: "instance",
    summary: "Transactions on {{ $labels.host }} wait for the InnoDB log buffer",
    description:
      "InnoDB on {{ $labels.host }} ({{ $labels.service }}) has to flush its log buffer before it can go on, {{ $value | humanize }} times a second: the buffer is too small or the disk too slow.",
    test: {
      fires: ({ threshold }) => ({
        mysql_global_status_innodb_log_waits: `0x5 ${330 * threshold + 1}+${66 * threshold + 0.2}x3000`,
      }),
      quiet: ({ threshold }) => ({ mysql_global_status_innodb_log_waits: `0+${54 * threshold}x3000` }),
      afterSeconds: 360,
    },
  },
  {
    name: "MysqlHistoryListLong",
    expr: "mysql_info_schema_innodb_metrics_transaction_trx_rseg_history_len > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 100_000, unit: "count", meaning: "undo log records that are not yet purged" },
    about: "instance",
    summary: "InnoDB on {{ $labels.host }} keeps {{ $value | humanize }} old row versions",
    description:
      "The history list of {{ $labels.service }} on {{ $labels.host }} does not shrink: a transaction has been open for long, or purge cannot keep up. Reads get slower and the undo tablespace grows.",
    test: {
      fires: ({ threshold }) => ({
        mysql_info_schema_innodb_metrics_transaction_trx_rseg_history_len: threshold + 1,
      }),
      quiet: ({ threshold }) => ({ mysql_info_schema_innodb_metrics_transaction_trx_rseg_history_len: threshold }),
    },
  },
];

/** The server's own alerts, then those of replication and Galera. */
export const alerts: readonly AlertTemplate[] = [...serverAlerts, ...clusterAlerts];

/** Connections of 1000 that stand a little above or below the threshold. */
function connections(more: number) {
  return ({ threshold }: { readonly threshold: number }) => ({
    mysql_global_status_threads_connected: Math.round(threshold * 1000) + more,
    mysql_global_variables_max_connections: 1000,
  });
}

/** 100 queries a second, of which a share is slow. */
function slowQueries(share: number) {
  return {
    mysql_global_status_questions: "0+6000x3000",
    mysql_global_status_slow_queries: `0+${6000 * share}x3000`,
  };
}
