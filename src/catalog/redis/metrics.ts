import { familiesOf, gauge, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

const policies = [
  "allkeys-lfu",
  "allkeys-lru",
  "allkeys-random",
  "noeviction",
  "volatile-lfu",
  "volatile-lru",
  "volatile-random",
  "volatile-ttl",
];

const refinements: Readonly<Record<string, Partial<Omit<MetricFamily, "name">>>> = {
  // INFO replication knows two roles, redis_mode three; policies are those of `maxmemory-policy` in redis.conf.
  redis_instance_info: {
    labels: {
      role: ["master", "slave"],
      redis_mode: ["cluster", "sentinel", "standalone"],
      maxmemory_policy: policies,
    },
  },
  redis_expired_time_cap_reached_total: { cumulative: true },
  redis_defrag_hits: { cumulative: true },
  redis_replica_resyncs_full: { cumulative: true },
  redis_replica_partial_resync_accepted: { cumulative: true },
  redis_replica_partial_resync_denied: { cumulative: true },
};

/** Seen beside the capture on Redis 7.0 with cluster-enabled: CLUSTER INFO, which the exporter asks for only there. */
const cluster: readonly MetricFamily[] = [
  ...["current_epoch", "known_nodes", "my_epoch", "size", "state"],
  ...["slots_assigned", "slots_fail", "slots_ok", "slots_pfail"],
]
  .map((name) => gauge(`redis_cluster_${name}`))
  .concat(
    ["messages_received_total", "messages_sent_total"].map((name) =>
      gauge(`redis_cluster_${name}`, {}, { cumulative: true }),
    ),
  );

/** Seen beside the capture on Redis 7.0 with appendonly. */
const appendOnly: readonly MetricFamily[] = [
  ...["aof_base_size_bytes", "aof_buffer_length", "aof_current_size_bytes"],
  ...["aof_pending_bio_fsync", "aof_pending_rewrite"],
]
  .map((name) => gauge(`redis_${name}`))
  .concat(gauge("redis_aof_delayed_fsync", {}, { cumulative: true }));

/** Every family of redis_exporter that we know of. */
export const metrics: readonly MetricFamily[] = [...familiesOf(captured, refinements), ...cluster, ...appendOnly];
