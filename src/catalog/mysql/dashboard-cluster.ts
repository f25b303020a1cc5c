import type { Service } from "../../model/model.ts";
import type { Panel, Row } from "../../signals/panel.ts";
import type { Settings } from "./settings.ts";

const replicationPanels: readonly Panel[] = [
  {
    title: "Replication lag",
    description:
      "Seconds that each replica is behind, a configured delay included. Normal is below a second; if it only rises, the replica's disk or one large transaction holds it up.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: '{__name__=~"mysql_slave_status_seconds_behind_(master|source)"}',
        legend: "{{instance}} {{connection_name}}{{channel_name}}",
      },
    ],
  },
  {
    title: "Replication runs",
    description:
      "Whether both threads of each replica run. If one has stopped, SHOW REPLICA STATUS on that host has the error.",
    type: "state-timeline",
    unit: "none",
    queries: [
      {
        expr: 'min without (master_uuid) ({__name__=~"mysql_slave_status_(slave|replica)_(io|sql)_running"})',
        legend: "{{instance}} {{connection_name}}{{channel_name}}",
      },
    ],
    mappings: { "0": "stopped", "1": "running" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
  },
  {
    title: "Binary logs",
    description:
      "Size of the binary logs that a server keeps. It rises and falls as logs expire; a line that only rises fills the disk: see binlog_expire_logs_seconds.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: "mysql_binlog_size_bytes", legend: "{{instance}}" }],
  },
];

const semiSyncPanels: readonly Panel[] = [
  {
    title: "Semi-synchronous replication",
    description:
      "Whether each writable server waits for its replicas. Off means that it gave up waiting and commits alone: look at the lag and at the network.",
    type: "state-timeline",
    unit: "none",
    queries: [
      {
        expr: '{__name__=~"mysql_global_status_rpl_semi_sync_(master|source)_status"} and on (job, instance) mysql_global_variables_read_only == 0',
        legend: "{{instance}}",
      },
    ],
    mappings: { "0": "off", "1": "on" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
  },
  {
    title: "Commits that no replica confirmed",
    description:
      "Transactions per second that the primary committed without a confirmation. Normal is zero; each of them can be lost in a failover.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: 'rate({__name__=~"mysql_global_status_rpl_semi_sync_(master|source)_no_tx"}[$__rate_interval])',
        legend: "{{instance}}",
      },
    ],
  },
];

const heartbeatPanel: Panel = {
  title: "Heartbeat lag",
  description:
    "Age of the newest heartbeat on each server, measured by pt-heartbeat. It is right where the server's own lag is not: after a broken connection, or along a chain.",
  type: "timeseries",
  unit: "s",
  min: 0,
  queries: [
    {
      expr: "min without (server_id) (mysql_heartbeat_now_timestamp_seconds - mysql_heartbeat_stored_timestamp_seconds)",
      legend: "{{instance}}",
    },
  ],
};

const galeraRow: Row = {
  title: "Galera",
  panels: [
    {
      title: "Members seen",
      description:
        "How many members each node sees. All nodes see the same number; different numbers are a network that is cut in parts.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "mysql_global_status_wsrep_cluster_size", legend: "{{instance}}" }],
    },
    {
      title: "Node state",
      description:
        "Synced is normal. Donor gives its state to another node, joined catches up; for long, look in the error logs of both.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "mysql_global_status_wsrep_local_state", legend: "{{instance}}" }],
      mappings: { "0": "undefined", "1": "joining", "2": "donor", "3": "joined", "4": "synced" },
      levels: { warning: 4, critical: 2, lowIsBad: true },
    },
    {
      title: "Time paused by flow control",
      description:
        "Share of the time in which the cluster waits for its slowest node. Normal is near zero; the node with the longest receive queue is the slow one.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      queries: [
        {
          expr: "rate(mysql_global_status_wsrep_flow_control_paused_ns[$__rate_interval]) / 1e9",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Receive queue",
      description:
        "Write sets that wait to be applied on each node. Normal is near zero; a queue that grows soon pauses the whole cluster.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "mysql_global_status_wsrep_local_recv_queue", legend: "{{instance}}" }],
    },
  ],
};

/** What services with several servers have; nothing that could show no data. */
export function clusterRows(services: readonly Service[], settings: readonly Settings[]): readonly Row[] {
  const replicated = services.some((service) => service.instances.some((instance) => instance.role === "replica"));
  const semiSync = settings.some(({ semi_sync }) => semi_sync !== undefined && semi_sync !== "off");
  const heartbeat = settings.some(({ exporter }) => exporter.heartbeat !== undefined);
  const threaded = replicated && settings.some(({ topology }) => topology === "replication");
  const panels = [
    ...(threaded ? replicationPanels : []),
    ...(semiSync ? semiSyncPanels : []),
    ...(heartbeat ? [heartbeatPanel] : []),
  ];
  return [
    ...(panels.length === 0 ? [] : [{ title: "Replication", panels }]),
    ...(settings.some(({ topology }) => topology === "galera") ? [galeraRow] : []),
  ];
}
