import type { AlertTemplate } from "../../signals/alert.ts";

const targets = 'sum by (service, owner) (service:expected_targets:count{kind="redis"})';
const primaries = 'sum by (service, owner) (service:expected_primaries:count{kind="redis"})';
const masters = 'count by (service, owner) (redis_instance_info{role="master"})';
/** In Redis Cluster every shard has its own master. */
const withCluster = "count by (service, owner) (redis_cluster_enabled == 1)";

/** Silent where a service has no replicas, or is no cluster: what they start from is missing, or the counts agree. */
export const clusterAlerts: readonly AlertTemplate[] = [
  {
    name: "RedisMissingMaster",
    // A master that only its exporter hides still feeds its replicas: that is no outage.
    expr: [
      `${targets} > ${primaries}`,
      `unless ${masters}`,
      `unless (max by (service, owner) (redis_master_link_up) == 1 and sum by (service, owner) (redis_up) < ${targets})`,
    ].join("\n"),
    for: "1m",
    severity: "critical",
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "{{ $labels.service }} has no master",
    description:
      "No server of {{ $labels.service }} that answers is a master, and none that is hidden feeds replicas. Applications cannot write until a replica is promoted.",
    test: {
      fires: {
        "service:expected_targets:count": 2,
        "service:expected_primaries:count": 1,
        'redis_instance_info{role="slave"}': 1,
      },
      quiet: {
        "service:expected_targets:count": 2,
        "service:expected_primaries:count": 1,
        'redis_instance_info{role="master"}': 1,
      },
      // The master's exporter is away, and its replica has a link; or one server alone, which is both.
      alsoQuiet: [
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          'redis_instance_info{role="slave"}': 1,
          'redis_master_link_up{master_host="a",master_port="6379"}': 1,
          redis_up: 1,
        },
        { "service:expected_targets:count": 1, "service:expected_primaries:count": 1 },
      ],
      // A replica has lost its link; or it has one, but all servers answer: it is the replica of a replica.
      alsoFires: [
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          'redis_instance_info{role="slave"}': 1,
          'redis_master_link_up{master_host="a",master_port="6379"}': 0,
          redis_up: 1,
        },
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          'redis_master_link_up{host="a",instance="a:9121",master_host="b",master_port="6379"}': 1,
          'redis_master_link_up{host="b",instance="b:9121",master_host="a",master_port="6379"}': 1,
          'redis_up{host="a",instance="a:9121"}': 1,
          'redis_up{host="b",instance="b:9121"}': 1,
        },
      ],
    },
  },
  {
    name: "RedisTooManyMasters",
    expr: `${masters} > ${primaries} unless ${withCluster}`,
    for: "2m",
    severity: "critical",
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "{{ $labels.service }} has {{ $value }} masters",
    description:
      "More than the one master of {{ $labels.service }} takes writes. What is written to the wrong one is lost as soon as it becomes a replica again.",
    test: {
      fires: {
        "service:expected_primaries:count": 1,
        'redis_instance_info{role="master",host="a",instance="a:9121"}': 1,
        'redis_instance_info{role="master",host="b",instance="b:9121"}': 1,
      },
      quiet: {
        "service:expected_primaries:count": 1,
        'redis_instance_info{role="master",host="a",instance="a:9121"}': 1,
        'redis_instance_info{role="slave",host="b",instance="b:9121"}': 1,
      },
      alsoQuiet: [
        {
          "service:expected_primaries:count": 1,
          'redis_instance_info{role="master",host="a",instance="a:9121"}': 1,
          'redis_instance_info{role="master",host="b",instance="b:9121"}': 1,
          'redis_cluster_enabled{host="a",instance="a:9121"}': 1,
          'redis_cluster_enabled{host="b",instance="b:9121"}': 1,
        },
      ],
      alsoFires: [
        {
          "service:expected_primaries:count": 1,
          'redis_instance_info{role="master",host="a",instance="a:9121"}': 1,
          'redis_instance_info{role="master",host="b",instance="b:9121"}': 1,
          redis_cluster_enabled: 0,
        },
      ],
    },
  },
  {
    name: "RedisMasterLinkDown",
    expr: "min without (master_host, master_port) (redis_master_link_up) == 0",
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "Replica {{ $labels.host }} has lost its master",
    description:
      "The replica of {{ $labels.service }} on {{ $labels.host }} gets no changes from its master. It serves old data, and a failover to it loses what came since.",
    test: {
      fires: { 'redis_master_link_up{master_host="a",master_port="6379"}': 0 },
      quiet: { 'redis_master_link_up{master_host="a",master_port="6379"}': 1 },
    },
  },
  {
    name: "RedisReplicaMissing",
    expr: [
      `${targets} - ${primaries}`,
      "- sum by (service, owner) (redis_connected_slaves)",
      "> $threshold",
      `unless ${withCluster}`,
    ].join("\n"),
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "replicas that may be missing" },
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "{{ $value }} replicas of {{ $labels.service }} are not attached",
    description:
      "Fewer replicas of {{ $labels.service }} are attached to a master than the inventory has. The next failure may leave no copy of the data.",
    test: {
      fires: ({ threshold }) => ({
        "service:expected_targets:count": threshold + 3,
        "service:expected_primaries:count": 1,
        redis_connected_slaves: 1,
      }),
      quiet: ({ threshold }) => ({
        "service:expected_targets:count": threshold + 2,
        "service:expected_primaries:count": 1,
        redis_connected_slaves: 1,
      }),
      alsoQuiet: [
        {
          "service:expected_targets:count": 1000,
          "service:expected_primaries:count": 1,
          redis_connected_slaves: 0,
          'redis_cluster_enabled{host="a",instance="a:9121"}': 1,
          'redis_cluster_enabled{host="b",instance="b:9121"}': 1,
        },
      ],
      alsoFires: [
        ({ threshold }) => ({
          "service:expected_targets:count": threshold + 2,
          "service:expected_primaries:count": 1,
          redis_connected_slaves: 0,
          redis_cluster_enabled: 0,
        }),
      ],
    },
  },
  {
    name: "RedisReplicationLag",
    expr: "max without (slave_ip, slave_port, slave_state) (redis_connected_slave_lag_seconds) > $threshold",
    for: "2m",
    severity: "warning",
    threshold: { default: 10, unit: "seconds", meaning: "time since the slowest replica confirmed" },
    about: "instance",
    summary: "A replica of {{ $labels.host }} confirmed {{ $value | humanizeDuration }} ago",
    description:
      "A replica attached to {{ $labels.host }} ({{ $labels.service }}) should confirm every second and does not: it is overloaded, or the network between them is.",
    test: {
      fires: ({ threshold }) => ({
        'redis_connected_slave_lag_seconds{slave_ip="192.0.2.2",slave_port="6379",slave_state="online"}': threshold + 1,
      }),
      quiet: ({ threshold }) => ({
        'redis_connected_slave_lag_seconds{slave_ip="192.0.2.2",slave_port="6379",slave_state="online"}': threshold,
      }),
    },
  },
  {
    name: "RedisClusterStateNotOk",
    expr: "redis_cluster_state == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "Redis Cluster is down as {{ $labels.host }} sees it",
    description:
      "The node of {{ $labels.service }} on {{ $labels.host }} says that the cluster's state is not ok: slots are not served, or it is cut off from the majority. It refuses commands.",
    test: { fires: { redis_cluster_state: 0 }, quiet: { redis_cluster_state: 1 } },
  },
  {
    name: "RedisClusterSlotsFail",
    expr: "max by (service, owner) (redis_cluster_slots_fail) > $threshold",
    for: "1m",
    severity: "critical",
    threshold: { default: 0, unit: "count", meaning: "slots whose master has failed" },
    about: "service",
    summary: "{{ $value }} slots of {{ $labels.service }} have no master",
    description:
      "The keys in these slots of {{ $labels.service }} cannot be read or written: a master is gone and no replica took over.",
    test: {
      fires: ({ threshold }) => ({ redis_cluster_slots_fail: threshold + 1 }),
      quiet: ({ threshold }) => ({ redis_cluster_slots_fail: threshold }),
    },
  },
];
