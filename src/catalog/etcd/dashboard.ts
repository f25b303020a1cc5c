import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("each member", [
  {
    title: "Leader",
    description:
      "Who leads. Exactly one member shows 1; a line that jumps between members points at slow disks or a bad network.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "follows", "1": "leads" },
    queries: [{ expr: "etcd_server_is_leader", legend: "{{instance}}" }],
  },
  {
    title: "Log sync time, p99",
    description:
      "Time to write the log to disk. Below 10 ms is good; look at the host's disk latency when it is above.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: "histogram_quantile(0.99, rate(etcd_disk_wal_fsync_duration_seconds_bucket[$__rate_interval]))",
        legend: "{{instance}}",
      },
    ],
  },
  {
    title: "Database size against the quota",
    description:
      "Size of the database file by its quota. Compaction and defragmentation bring it down; at 100 % nothing can be written.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    levels: { warning: 0.8, critical: 0.95 },
    queries: [{ expr: "etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes", legend: "{{instance}}" }],
  },
  {
    title: "Proposals",
    description:
      "Writes that were agreed on and writes that failed, per second. Failures should be zero; they come with elections.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      { expr: "rate(etcd_server_proposals_committed_total[$__rate_interval])", legend: "{{instance}} committed" },
      { expr: "rate(etcd_server_proposals_failed_total[$__rate_interval])", legend: "{{instance}} failed" },
    ],
  },
]);
