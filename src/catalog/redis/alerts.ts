import type { AlertTemplate } from "../../signals/alert.ts";
import { clusterAlerts } from "./alerts-cluster.ts";

const serverAlerts: readonly AlertTemplate[] = [
  {
    name: "RedisDown",
    expr: "redis_up == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "Redis on {{ $labels.host }} does not answer",
    description:
      "The exporter on {{ $labels.host }} runs but gets no answer from the server of {{ $labels.service }}: it is down, blocked, or refuses the password.",
    test: { fires: { redis_up: 0 }, quiet: { redis_up: 1 } },
  },
  {
    name: "RedisExporterDown",
    expr: 'up{job="redis"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "No metrics of Redis on {{ $labels.host }}",
    description:
      "redis_exporter on {{ $labels.instance }} has not answered for 5 minutes. The server may be fine, but nobody would notice if it were not.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "RedisRestarted",
    expr: "redis_uptime_in_seconds < $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 600, unit: "seconds", meaning: "uptime below which a start counts as recent" },
    about: "instance",
    summary: "Redis on {{ $labels.host }} started {{ $value | humanizeDuration }} ago",
    description:
      "The server of {{ $labels.service }} on {{ $labels.host }} was restarted or crashed. Without persistence it has lost its data.",
    test: {
      fires: ({ threshold }) => ({ redis_uptime_in_seconds: threshold - 1 }),
      quiet: ({ threshold }) => ({ redis_uptime_in_seconds: threshold }),
    },
  },
  {
    name: "RedisMemoryHigh",
    expr: [
      "redis_memory_used_bytes / (redis_memory_max_bytes > 0) > $threshold",
      'and on (job, instance) redis_instance_info{maxmemory_policy!~"allkeys-.+"}',
    ].join("\n"),
    for: "5m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of maxmemory in use" },
    about: "instance",
    summary: "Redis on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its memory",
    description:
      "The server of {{ $labels.service }} on {{ $labels.host }} nears maxmemory, and its policy does not let it evict every key: soon it refuses writes.",
    test: {
      fires: memory(10),
      quiet: memory(-10),
      // No limit; or every key may be evicted, as in a cache.
      alsoQuiet: [
        {
          redis_memory_used_bytes: 10_000,
          redis_memory_max_bytes: 0,
          'redis_instance_info{maxmemory_policy="noeviction",role="master"}': 1,
        },
        {
          redis_memory_used_bytes: 10_000,
          redis_memory_max_bytes: 10_000,
          'redis_instance_info{maxmemory_policy="allkeys-lru",role="master"}': 1,
        },
      ],
    },
  },
  {
    name: "RedisConnectionsHigh",
    expr: "redis_connected_clients / redis_config_maxclients > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of maxclients in use" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of the connections of Redis on {{ $labels.host }} are in use",
    description:
      "Clients of {{ $labels.service }} on {{ $labels.host }} near maxclients. When it is reached, new ones are refused.",
    test: {
      fires: ({ threshold }) => ({
        redis_connected_clients: Math.round(threshold * 1000) + 1,
        redis_config_maxclients: 1000,
      }),
      quiet: ({ threshold }) => ({
        redis_connected_clients: Math.round(threshold * 1000) - 1,
        redis_config_maxclients: 1000,
      }),
    },
  },
  {
    name: "RedisRejectedConnections",
    expr: "increase(redis_rejected_connections_total[5m]) > $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "clients refused within 5 minutes" },
    about: "instance",
    summary: "Redis on {{ $labels.host }} refused clients",
    description:
      "About {{ $value | humanize }} clients of {{ $labels.service }} on {{ $labels.host }} were refused in the last 5 minutes, because maxclients was reached.",
    test: {
      fires: ({ threshold }) => ({ redis_rejected_connections_total: `0+${threshold + 1}x3000` }),
      quiet: { redis_rejected_connections_total: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "RedisPersistenceFailing",
    expr: "redis_rdb_last_bgsave_status == 0 or redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "Redis on {{ $labels.host }} cannot write its data to disk",
    description:
      "The last snapshot or write of the append-only file of {{ $labels.service }} on {{ $labels.host }} failed. With the default stop-writes-on-bgsave-error the server refuses writes now.",
    test: {
      fires: { redis_rdb_last_bgsave_status: 1, redis_aof_last_write_status: 0, redis_aof_last_bgrewrite_status: 1 },
      quiet: { redis_rdb_last_bgsave_status: 1, redis_aof_last_write_status: 1, redis_aof_last_bgrewrite_status: 1 },
      alsoFires: [
        { redis_rdb_last_bgsave_status: 0, redis_aof_last_write_status: 1, redis_aof_last_bgrewrite_status: 1 },
        { redis_rdb_last_bgsave_status: 1, redis_aof_last_write_status: 1, redis_aof_last_bgrewrite_status: 0 },
      ],
    },
  },
  {
    name: "RedisMissingBackup",
    expr: [
      "time() - redis_rdb_last_save_timestamp_seconds > $threshold",
      "and on (job, instance) redis_rdb_last_save_timestamp_seconds - redis_start_time_seconds > 60",
      "and on (job, instance) redis_rdb_changes_since_last_save > 0",
    ].join("\n"),
    for: "5m",
    severity: "warning",
    threshold: { default: 86_400, unit: "seconds", meaning: "age of the last snapshot while there are changes" },
    about: "instance",
    summary: "The last snapshot of Redis on {{ $labels.host }} is {{ $value | humanizeDuration }} old",
    description:
      "The server of {{ $labels.service }} on {{ $labels.host }} used to write snapshots and has changes, but has written none for long. What changed since is lost with the host.",
    test: {
      fires: ({ threshold }) => ({
        redis_rdb_last_save_timestamp_seconds: -threshold - 1,
        redis_start_time_seconds: -threshold - 1000,
        redis_rdb_changes_since_last_save: 1,
      }),
      quiet: ({ threshold }) => ({
        redis_rdb_last_save_timestamp_seconds: `${-threshold}+60x3000`,
        redis_start_time_seconds: -threshold - 1000,
        redis_rdb_changes_since_last_save: 1,
      }),
      // It never wrote a snapshot (the time is that of its start); nothing has changed.
      alsoQuiet: [
        {
          redis_rdb_last_save_timestamp_seconds: -1_000_000_000,
          redis_start_time_seconds: -1_000_000_000,
          redis_rdb_changes_since_last_save: 1,
        },
        {
          redis_rdb_last_save_timestamp_seconds: -1_000_000_000,
          redis_start_time_seconds: -1_000_001_000,
          redis_rdb_changes_since_last_save: 0,
        },
      ],
    },
  },
];

/** The server's own alerts, then those of replication and cluster mode. */
export const alerts: readonly AlertTemplate[] = [...serverAlerts, ...clusterAlerts];

/** A server that may not evict every key, with so many of 10,000 bytes above or below the threshold in use. */
function memory(more: number) {
  return ({ threshold }: { readonly threshold: number }) => ({
    redis_memory_used_bytes: Math.round(threshold * 10_000) + more,
    redis_memory_max_bytes: 10_000,
    'redis_instance_info{maxmemory_policy="volatile-lru",role="master"}': 1,
  });
}
