import type { Service } from "../../model/model.ts";
import type { Row } from "../../signals/panel.ts";
import type { Settings } from "./settings.ts";

const overview: Row = {
  title: "Overview",
  panels: [
    {
      title: "Server answers",
      description: "Whether the exporter gets an answer. Anything but up: read the server's log on that host.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "redis_up", legend: "{{instance}}" }],
      mappings: { "0": "down", "1": "up" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
    },
    {
      title: "Who is master",
      description:
        "The master of each service; on Redis Cluster the master of each shard. A change is a failover, two lines at once are a split.",
      type: "state-timeline",
      unit: "none",
      queries: [
        {
          expr: 'max by (service, instance) (redis_instance_info{role="master"})',
          legend: "{{instance}}",
        },
      ],
      mappings: { "1": "master" },
    },
    {
      title: "Clients",
      description:
        "Connected clients. A steady climb is a leak in a pool; near maxclients new clients are refused. Blocked ones wait in BLPOP and the like.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [
        { expr: "redis_connected_clients", legend: "{{instance}}" },
        { expr: "redis_blocked_clients", legend: "{{instance}} blocked" },
      ],
    },
    {
      title: "Uptime",
      description: "Time since the server started. A fall to zero is a restart or a crash: see the log.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [{ expr: "redis_uptime_in_seconds", legend: "{{instance}}" }],
    },
  ],
};

const traffic: Row = {
  title: "Commands",
  panels: [
    {
      title: "Commands per second",
      description: "Follows the traffic of the applications. A sudden fall is an outage in front of Redis.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "rate(redis_commands_processed_total[$__rate_interval])", legend: "{{instance}}" }],
    },
    {
      title: "Commands by name",
      description: "What the load is made of. KEYS, SMEMBERS of large sets and long EVALs block everybody else.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      stacked: true,
      queries: [
        {
          expr: "topk(10, sum by (service, cmd) (rate(redis_commands_total[$__rate_interval])) > 0)",
          legend: "{{service}} {{cmd}}",
        },
      ],
    },
    {
      title: "Time per command",
      description:
        "Average time in the server by command, without the network. Microseconds are normal; milliseconds are a large key or a swapping host.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [
        {
          expr: "topk(10, sum by (service, cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval])) / (sum by (service, cmd) (rate(redis_commands_total[$__rate_interval])) > 0))",
          legend: "{{service}} {{cmd}}",
        },
      ],
    },
    {
      title: "Hit ratio",
      description:
        "Share of the lookups that found their key. What is normal depends on the application; a fall after a release or a restart puts the load on the database behind.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      max: 1,
      queries: [
        {
          expr: "rate(redis_keyspace_hits_total[$__rate_interval]) / (rate(redis_keyspace_hits_total[$__rate_interval]) + rate(redis_keyspace_misses_total[$__rate_interval]))",
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Slow log",
      description:
        "Commands per second that took longer than slowlog-log-slower-than. Normal is zero; SLOWLOG GET on the server names them.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "deriv(redis_slowlog_last_id[$__rate_interval])", legend: "{{instance}}" }],
    },
    {
      title: "Network",
      description: "Bytes per second. Much output with few commands means large values: look for them with --bigkeys.",
      type: "timeseries",
      unit: "Bps",
      min: 0,
      queries: [
        { expr: "rate(redis_net_input_bytes_total[$__rate_interval])", legend: "{{instance}} in" },
        { expr: "rate(redis_net_output_bytes_total[$__rate_interval])", legend: "{{instance}} out" },
      ],
    },
    {
      title: "Error replies",
      description:
        "Commands that ended in an error. Normal is near zero; OOM, READONLY, MISCONF and NOAUTH in the log of the application say which.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "rate(redis_total_error_replies[$__rate_interval])", legend: "{{instance}}" }],
    },
  ],
};

const memory: Row = {
  title: "Memory and keys",
  panels: [
    {
      title: "Memory in use",
      description:
        "What the data take, and the limit where one is set. At the limit the server evicts keys or refuses writes, as maxmemory-policy says.",
      type: "timeseries",
      unit: "bytes",
      min: 0,
      queries: [
        { expr: "redis_memory_used_bytes", legend: "{{instance}} used" },
        { expr: "redis_memory_max_bytes > 0", legend: "{{instance}} limit" },
      ],
    },
    {
      title: "Fragmentation",
      description:
        "Memory from the system for each byte in use. 1 to 1.5 is normal; below 1 the host swaps, far above it memory is lost in gaps (see activedefrag).",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "redis_mem_fragmentation_ratio", legend: "{{instance}}" }],
    },
    {
      title: "Keys",
      description: "Keys by database. A line that only rises holds keys without an expiry.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "sum without (db) (redis_db_keys)", legend: "{{instance}}" }],
    },
    {
      title: "Expired and evicted",
      description:
        "Keys per second that ran out, and that were thrown out for lack of memory. Evictions are normal for a cache and wrong for anything else.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [
        { expr: "rate(redis_expired_keys_total[$__rate_interval])", legend: "{{instance}} expired" },
        { expr: "rate(redis_evicted_keys_total[$__rate_interval])", legend: "{{instance}} evicted" },
      ],
    },
  ],
};

const persistence: Row = {
  title: "Persistence",
  panels: [
    {
      title: "Changes not in a snapshot",
      description:
        "Changes since the last snapshot, lost in a crash unless there is an append-only file. Saw teeth are normal; a line that only rises is a server without snapshots.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [{ expr: "redis_rdb_changes_since_last_save", legend: "{{instance}}" }],
    },
    {
      title: "Last fork",
      description:
        "How long the last fork for a snapshot or rewrite stopped the server. Above some hundred milliseconds clients feel it: smaller data, or huge pages off.",
      type: "timeseries",
      unit: "s",
      min: 0,
      queries: [{ expr: "redis_latest_fork_seconds", legend: "{{instance}}" }],
    },
  ],
};

const replication: Row = {
  title: "Replication",
  panels: [
    {
      title: "Bytes behind",
      description:
        "How far each replica is behind its master. Near zero is normal; more than the backlog and the replica has to load everything anew.",
      type: "timeseries",
      unit: "bytes",
      min: 0,
      queries: [
        {
          expr: "redis_connected_slave_offset_bytes * -1 + on (job, instance) group_left () redis_master_repl_offset",
          legend: "{{instance}} to {{slave_ip}}:{{slave_port}}",
        },
      ],
    },
    {
      title: "Link to the master",
      description: "Whether each replica is attached. If it is down, look in the replica's log for why.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "redis_master_link_up", legend: "{{instance}} from {{master_host}}" }],
      mappings: { "0": "down", "1": "up" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
    },
    {
      title: "Full resynchronisations",
      description:
        "Replicas that had to load everything anew, per second. Normal is zero; otherwise enlarge repl-backlog-size or look at the network.",
      type: "timeseries",
      unit: "ops",
      min: 0,
      queries: [{ expr: "rate(redis_replica_resyncs_full[$__rate_interval])", legend: "{{instance}}" }],
    },
  ],
};

const cluster: Row = {
  title: "Cluster",
  panels: [
    {
      title: "Cluster state",
      description: "The state as each node sees it. Down on one node only means that this node is cut off.",
      type: "state-timeline",
      unit: "none",
      queries: [{ expr: "redis_cluster_state", legend: "{{instance}}" }],
      mappings: { "0": "down", "1": "ok" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
    },
    {
      title: "Slots not served",
      description:
        "Slots that some node holds for failed or may be failing. Normal is zero; CLUSTER NODES names the master that is gone.",
      type: "timeseries",
      unit: "short",
      min: 0,
      queries: [
        { expr: "redis_cluster_slots_fail", legend: "{{instance}} failed" },
        { expr: "redis_cluster_slots_pfail", legend: "{{instance}} suspected" },
      ],
    },
  ],
};

/** Rows for what the services have: replicas, cluster mode. */
export function dashboard(services: readonly Service[], settings: readonly Settings[]): readonly Row[] {
  const replicated = services.some((service) => service.instances.some((instance) => instance.role === "replica"));
  const clustered = settings.some(({ mode }) => mode === "cluster");
  return [
    overview,
    traffic,
    memory,
    persistence,
    ...(replicated || clustered ? [replication] : []),
    ...(clustered ? [cluster] : []),
  ];
}
