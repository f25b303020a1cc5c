import type { AlertTemplate } from "../../signals/alert.ts";

/** Members and their majority. */
const members: readonly AlertTemplate[] = [
  {
    name: "EtcdDown",
    expr: 'up{job="etcd"} == 0',
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "etcd on {{ $labels.host }} does not answer",
    description:
      "{{ $labels.instance }} has not answered for 2 minutes. The cluster {{ $labels.service }} carries on as long as a majority of its members lives.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "EtcdInsufficientMembers",
    expr: 'sum by (service, owner) (up{job="etcd"}) < on (service, owner) service:quorum:count',
    for: "1m",
    severity: "critical",
    about: "service",
    summary: "etcd {{ $labels.service }} has lost its majority",
    description:
      "Only {{ $value }} members of {{ $labels.service }} answer, fewer than a majority. Nothing can be written, and consistent reads fail.",
    test: {
      fires: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 0,
        'up{host="$service-3"}': 0,
        "service:quorum:count": 2,
      },
      quiet: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        "service:quorum:count": 2,
      },
    },
  },
  {
    name: "EtcdOneFromQuorumLoss",
    // Where every member is needed (one or two of them), the bare majority is the normal state.
    expr: '(sum by (service, owner) (up{job="etcd"}) == on (service, owner) service:quorum:count) < on (service, owner) service:expected_targets:count',
    for: "10m",
    severity: "warning",
    about: "service",
    summary: "etcd {{ $labels.service }} is one failure away from losing its majority",
    description:
      "{{ $value }} members of {{ $labels.service }} have been left for 10 minutes, a bare majority. One more failure stops all writes.",
    test: {
      fires: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        "service:quorum:count": 2,
        "service:expected_targets:count": 3,
      },
      quiet: {
        'up{host="$service-1"}': 1,
        "service:quorum:count": 1,
        "service:expected_targets:count": 1,
      },
      // Nothing is wrong, or the majority is lost already.
      alsoQuiet: [
        {
          'up{host="$service-1"}': 1,
          'up{host="$service-2"}': 0,
          'up{host="$service-3"}': 0,
          "service:quorum:count": 2,
          "service:expected_targets:count": 3,
        },
      ],
    },
  },
  {
    name: "EtcdNoLeader",
    expr: "etcd_server_has_leader == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "etcd on {{ $labels.host }} has no leader",
    description:
      "{{ $labels.instance }} has known no leader for a minute. It takes no writes; if all members say so, the whole cluster {{ $labels.service }} stands still.",
    test: { fires: { etcd_server_has_leader: 0 }, quiet: { etcd_server_has_leader: 1 } },
  },
  {
    name: "EtcdLeaderChangesFrequent",
    expr: "increase(etcd_server_leader_changes_seen_total[15m]) > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 3, unit: "count", meaning: "changes of the leader in 15 minutes" },
    about: "instance",
    summary: "etcd {{ $labels.service }} keeps changing its leader",
    description:
      "{{ $labels.instance }} saw {{ $value | humanize }} changes of the leader in 15 minutes. Writes stall at each one; slow disks or a bad network are the usual reasons.",
    test: {
      fires: ({ threshold }) => ({ etcd_server_leader_changes_seen_total: `0+${Math.ceil(threshold) + 1}x600` }),
      quiet: ({ threshold }) => ({ etcd_server_leader_changes_seen_total: `0+${(0.8 * threshold) / 15}x600` }),
      afterSeconds: 60,
    },
  },
];

/** Disk and database. */
const storage: readonly AlertTemplate[] = [
  {
    name: "EtcdHighFsyncDuration",
    expr: "histogram_quantile(0.99, rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.5, unit: "seconds", meaning: "99th percentile of the time to sync the write-ahead log" },
    about: "instance",
    summary: "The disk of etcd on {{ $labels.host }} is slow",
    description:
      "One in a hundred syncs of the write-ahead log on {{ $labels.instance }} has taken more than {{ $value | humanizeDuration }} for 10 minutes. Beyond the election timeout this costs the leader.",
    test: {
      fires: ({ threshold }) => ({
        [`etcd_disk_wal_fsync_duration_seconds_bucket{le="${threshold}"}`]: "0+30x600",
        [`etcd_disk_wal_fsync_duration_seconds_bucket{le="${threshold * 1.2}"}`]: "0+60x600",
        'etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"}': "0+60x600",
      }),
      quiet: ({ threshold }) => ({
        [`etcd_disk_wal_fsync_duration_seconds_bucket{le="${threshold}"}`]: "0+60x600",
        [`etcd_disk_wal_fsync_duration_seconds_bucket{le="${threshold * 1.2}"}`]: "0+60x600",
        'etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"}': "0+60x600",
      }),
      afterSeconds: 60,
    },
  },
  {
    name: "EtcdDatabaseQuotaLow",
    expr: "etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes > $threshold",
    for: "10m",
    severity: "critical",
    threshold: { default: 0.95, unit: "ratio", meaning: "share of the database's quota in use" },
    about: "instance",
    summary: "The database of etcd on {{ $labels.host }} is at {{ $value | humanizePercentage }} of its quota",
    description:
      "The database file of {{ $labels.instance }} has been near its quota for 10 minutes. At the quota the cluster raises an alarm and takes no writes any more.",
    test: {
      fires: ({ threshold }) => ({
        etcd_mvcc_db_total_size_in_bytes: threshold * 1000000 + 1,
        etcd_server_quota_backend_bytes: 1000000,
      }),
      quiet: ({ threshold }) => ({
        etcd_mvcc_db_total_size_in_bytes: threshold * 1000000 - 1,
        etcd_server_quota_backend_bytes: 1000000,
      }),
    },
  },
];

export const alerts: readonly AlertTemplate[] = [...members, ...storage];
