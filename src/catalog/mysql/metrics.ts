import { familiesOf, gauge, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** Status variables that only grow; the exporter leaves all of SHOW GLOBAL STATUS untyped. */
const growing = [
  "aborted_clients",
  "aborted_connects",
  "bytes_received",
  "bytes_sent",
  "connections",
  "created_tmp_disk_tables",
  "created_tmp_tables",
  "innodb_buffer_pool_read_requests",
  "innodb_buffer_pool_reads",
  "innodb_data_fsyncs",
  "innodb_data_read",
  "innodb_data_written",
  "innodb_log_waits",
  "innodb_os_log_written",
  "innodb_row_lock_time",
  "innodb_row_lock_waits",
  "queries",
  "questions",
  "rpl_semi_sync_master_no_tx",
  "rpl_semi_sync_master_yes_tx",
  "slow_queries",
  "sort_merge_passes",
  "table_open_cache_hits",
  "table_open_cache_misses",
  "table_open_cache_overflows",
  "threads_created",
];

const refinements: Readonly<Record<string, Partial<Omit<MetricFamily, "name">>>> = {
  ...Object.fromEntries(growing.map((name) => [`mysql_global_status_${name}`, { cumulative: true }])),
  // Status variables Connection_errors_* of the MySQL and MariaDB manuals.
  mysql_global_status_connection_errors_total: {
    labels: { error: ["accept", "internal", "max_connections", "peer_address", "select", "tcpwrap"] },
  },
  // collector/global_status.go of the exporter names these four.
  mysql_global_status_buffer_pool_pages: { labels: { state: ["data", "free", "misc", "old"] } },
  // Dropped by the changelog's 0.15.0.
  mysql_exporter_last_scrape_error: { versions: "<0.15.0" },
  mysql_exporter_scrape_errors_total: { versions: "<0.15.0" },
  mysql_exporter_scrapes_total: { versions: "<0.15.0" },
};

const channel = { channel_name: "open", connection_name: "open", master_host: "open", master_uuid: "open" } as const;

/**
 * MySQL 8.4 knows only SHOW REPLICA STATUS, whose columns have new names; the exporter asks for it since 0.16.0
 * (changelog, #837; collector/slave_status.go). The labels keep their old names.
 */
const renamed: readonly MetricFamily[] = [
  ...["replica_io_running", "replica_sql_running", "seconds_behind_source"].map(
    (column): MetricFamily => ({
      name: `mysql_slave_status_${column}`,
      type: "untyped",
      labels: channel,
      collector: "slave_status",
      versions: ">=0.16.0",
    }),
  ),
  gauge("mysql_exporter_collector_success", { collector: "open" }, { versions: ">=0.15.0" }),
];

/** The plugins of MySQL 8.0.26 and later say `source` where older ones and MariaDB say `master` (MySQL manual, 19.4.10). */
const semiSyncSource: readonly MetricFamily[] = [
  untypedStatus("rpl_semi_sync_source_status"),
  untypedStatus("rpl_semi_sync_source_clients"),
  { ...untypedStatus("rpl_semi_sync_source_no_tx"), cumulative: true },
  { ...untypedStatus("rpl_semi_sync_source_yes_tx"), cumulative: true },
  gauge("mysql_global_variables_rpl_semi_sync_source_enabled", {}, { collector: "global_variables" }),
];

const wsrepGauges = [
  "cert_deps_distance",
  "cert_index_size",
  "cluster_weight",
  "desync_count",
  "flow_control_paused",
  "local_recv_queue",
  "local_recv_queue_avg",
  "local_send_queue",
  "local_send_queue_avg",
  "local_state",
  "open_connections",
  "open_transactions",
];

const wsrepCounters = [
  "flow_control_paused_ns",
  "flow_control_recv",
  "flow_control_sent",
  "last_committed",
  "local_cert_failures",
  "local_commits",
  "local_replays",
  "received",
  "received_bytes",
  "replicated",
  "replicated_bytes",
];

/** Seen beside the capture on MariaDB 10.11 with Galera 26.4: what a loaded wsrep provider adds. */
const galera: readonly MetricFamily[] = [
  ...wsrepGauges.map((name): MetricFamily => untypedStatus(`wsrep_${name}`)),
  ...wsrepCounters.map((name): MetricFamily => ({ ...untypedStatus(`wsrep_${name}`), cumulative: true })),
  gauge("mysql_galera_gcache_size_bytes", {}, { collector: "global_variables" }),
  gauge(
    "mysql_galera_status_info",
    { wsrep_local_state_uuid: "open", wsrep_cluster_state_uuid: "open", wsrep_provider_version: "open" },
    { collector: "global_status" },
  ),
  ...["avg_seconds", "max_seconds", "min_seconds", "sample_size", "stdev"].map((part) =>
    gauge(`mysql_galera_evs_repl_latency_${part}`, {}, { collector: "global_status" }),
  ),
];

function untypedStatus(name: string): MetricFamily {
  return { name: `mysql_global_status_${name}`, type: "untyped", labels: {}, collector: "global_status" };
}

/** Every family of mysqld_exporter that we know of. */
export const metrics: readonly MetricFamily[] = [
  ...familiesOf(captured, refinements),
  ...renamed,
  ...semiSyncSource,
  ...galera,
];
