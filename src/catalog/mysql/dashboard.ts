import type { Service } from "../../model/model.ts";
import type { Panel, Row } from "../../signals/panel.ts";
import { clusterRows } from "./dashboard-cluster.ts";
import type { Settings } from "./settings.ts";

const overview: Row = {
  title: "Overview",
  panels: [
    {
      title: "Server answers",
      description: "Whether the exporter can log in. Anything but up: read the server's error log on that host.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "mysql_up", legend: "{{instance}}" }],
      mappings: { "0": "down", "1": "up" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
    },
    {
      title: "Who takes writes",
      description:
        "read_only of each server. One server of a service is writable, the others are read-only; on Galera all are writable. A change is a failover.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "mysql_global_variables_read_only", legend: "{{instance}}" }],
      mappings: { "0": "writable", "1": "read-only" },
    },
    {
      title: "Connections in use",
      description:
        "Share of max_connections. Normal is well below 80%. Near 100% clients are refused: look at the threads below, and at the pools of the applications.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      max: 1,
      levels: { warning: 0.8, critical: 0.95 },
      queries: [
        {
          expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Uptime",
      description: "Time since the server started. A fall to zero is a restart or a crash: see the error log.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [{ expr: "mysql_global_status_uptime", legend: "{{instance}}" }],
    },
  ],
};

const traffic: Row = {
  title: "Queries",
  panels: [
    {
      title: "Queries per second",
      description:
        "Statements that clients sent. Follows the traffic of the applications; a sudden fall is an outage in front of the database, a sudden rise mostly a lost cache.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "rate(mysql_global_status_questions[$__rate_interval])", legend: "{{instance}}" }],
    },
    {
      title: "Statements by type",
      description:
        "Which statements make the load, over all servers of a service. A new mix after a release is worth a look at the slow log.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      stacked: true,
      queries: [
        {
          expr: "topk(10, sum by (service, command) (rate(mysql_global_status_commands_total[$__rate_interval])) > 0)",
          legend: "{{service}} {{command}}",
        },
      ],
    },
    {
      title: "Slow queries",
      description:
        "Share of the queries that take longer than long_query_time. Normal is near zero; the slow log names the statements.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      queries: [
        {
          expr: "rate(mysql_global_status_slow_queries[$__rate_interval]) / rate(mysql_global_status_questions[$__rate_interval])",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Threads that run",
      description:
        "Queries in work at the same time. More than twice the cores for long means that they wait for something: locks, disk or each other.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "mysql_global_status_threads_running", legend: "{{instance}}" }],
    },
    {
      title: "Threads by state",
      description:
        "What the connections are doing. Many in the same state but sleep point to the cause: waiting for a lock, sending data, opening tables.",
      type: "timeseries",
      unit: "short",
      min: 0,
      stacked: true,
      queries: [
        {
          expr: "topk(10, sum by (service, command, state) (mysql_info_schema_processlist_threads) > 0)",
          legend: "{{service}} {{command}} {{state}}",
        },
      ],
    },
    {
      title: "Failed connections",
      description:
        "Logins that failed and clients that left without saying goodbye, per second. A steady rate is a wrong password, a short timeout, or a port check.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        { expr: "rate(mysql_global_status_aborted_connects[$__rate_interval])", legend: "{{instance}} not connected" },
        { expr: "rate(mysql_global_status_aborted_clients[$__rate_interval])", legend: "{{instance}} cut off" },
      ],
    },
    {
      title: "Temporary tables on disk",
      description:
        "Share of the temporary tables that did not fit into memory. Above a quarter for long: look for sorts and groupings without an index in the slow log.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      queries: [
        {
          expr: "rate(mysql_global_status_created_tmp_disk_tables[$__rate_interval]) / rate(mysql_global_status_created_tmp_tables[$__rate_interval])",
          legend: "{{instance}}",
        },
      ],
    },
  ],
};

const innodb: Row = {
  title: "InnoDB",
  panels: [
    {
      title: "Buffer pool hits",
      description:
        "Share of the reads that did not need the disk. Normal is above 99%; lower after a start, or when the data in use outgrow the pool.",
      type: "timeseries",
      unit: "percentunit",
      max: 1,
      queries: [
        {
          expr: "1 - rate(mysql_global_status_innodb_buffer_pool_reads[$__rate_interval]) / rate(mysql_global_status_innodb_buffer_pool_read_requests[$__rate_interval])",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Waits for row locks",
      description:
        "Seconds per second that all transactions together wait for rows. A rise with the traffic is normal; a jump is a long transaction on hot rows: see information_schema.innodb_trx.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [
        { expr: "rate(mysql_global_status_innodb_row_lock_time[$__rate_interval]) / 1000", legend: "{{instance}}" },
      ],
    },
    {
      title: "History list",
      description:
        "Old row versions that are not purged. Thousands are normal; a line that only rises is an open transaction: look in information_schema.innodb_trx.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [
        {
          expr: "mysql_info_schema_innodb_metrics_transaction_trx_rseg_history_len",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Log waits",
      description:
        "Transactions that wait for room in the log buffer, per second. Normal is zero; otherwise enlarge innodb_log_buffer_size or look at the disk.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "rate(mysql_global_status_innodb_log_waits[$__rate_interval])", legend: "{{instance}}" }],
    },
  ],
};

/** Rows for what the services have: replicas, semi-synchronous replication, heartbeats, Galera. */
export function dashboard(services: readonly Service[], settings: readonly Settings[]): readonly Row[] {
  return [overview, traffic, ...clusterRows(services, settings), innodb, ...statements(settings)];
}

const slowest: Panel = {
  title: "Slowest statements",
  description:
    "Statements that take most of the servers' time, by their normalized text. The first one is where tuning pays.",
  type: "timeseries",
  unit: "s",
  width: 24,
  min: 0,
  queries: [
    {
      expr: "topk(10, sum by (service, schema, digest_text) (rate(mysql_perf_schema_events_statements_seconds_total[$__rate_interval])) > 0)",
      legend: "{{service}} {{schema}} {{digest_text}}",
    },
  ],
};

function statements(settings: readonly Settings[]): readonly Row[] {
  const measured = settings.some(({ exporter }) => exporter.collectors.includes("perf_schema.eventsstatements"));
  return measured ? [{ title: "Statements", panels: [slowest] }] : [];
}
