import type { AlertTemplate } from "../../signals/alert.ts";

/**
 * MySQL 8.4 renamed the columns of replication, and with them the metrics: one of the two names exists, never both.
 * An alert needs one selector for both, because the older exporter can never have the newer names.
 */
const threads = '{__name__=~"mysql_slave_status_(slave|replica)_(io|sql)_running"}';
const applier = '{__name__=~"mysql_slave_status_(slave|replica)_sql_running"}';
const receiver = '{__name__=~"mysql_slave_status_(slave|replica)_io_running"}';
const lag = '{__name__=~"mysql_slave_status_seconds_behind_(master|source)"}';
const semiSyncStatus = '{__name__=~"mysql_global_status_rpl_semi_sync_(master|source)_status"}';
const semiSyncEnabled = '{__name__=~"mysql_global_variables_rpl_semi_sync_(master|source)_enabled"}';

const targets = 'sum by (service, owner) (service:expected_targets:count{kind="mysql"})';
const primaries = 'sum by (service, owner) (service:expected_primaries:count{kind="mysql"})';
const onGalera = "on (job, instance) mysql_global_variables_wsrep_on == 1";
const writable = "sum by (service, owner) (mysql_global_variables_read_only == bool 0)";
/** On Galera every node takes writes, and none replicates by threads. */
const writableOutsideGalera = `sum by (service, owner) ((mysql_global_variables_read_only unless ${onGalera}) == bool 0)`;
const withGalera = "count by (service, owner) (mysql_global_variables_wsrep_on == 1)";

const replication: readonly AlertTemplate[] = [
  {
    name: "MysqlReplicationNotRunning",
    expr: `min without (master_uuid) (${threads}) == 0`,
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "Replication on {{ $labels.host }} has stopped",
    description:
      "A replication thread of {{ $labels.service }} on {{ $labels.host }} does not run. The replica serves older data from now on and cannot take over without loss.",
    test: {
      fires: { mysql_slave_status_slave_io_running: 1, mysql_slave_status_slave_sql_running: 0 },
      quiet: { mysql_slave_status_slave_io_running: 1, mysql_slave_status_slave_sql_running: 1 },
    },
  },
  {
    name: "MysqlReplicationLag",
    expr: `max without (master_uuid) (${lag}) - max without (master_uuid) (mysql_slave_status_sql_delay) > $threshold`,
    for: "5m",
    severity: "warning",
    threshold: { default: 30, unit: "seconds", meaning: "delay beyond the one that is configured" },
    about: "instance",
    summary: "Replica {{ $labels.host }} is {{ $value | humanizeDuration }} behind",
    description:
      "The replica of {{ $labels.service }} on {{ $labels.host }} applies changes later than it receives them. Readers see old data, and a failover to it takes as long.",
    test: {
      fires: ({ threshold }) => ({
        mysql_slave_status_seconds_behind_master: threshold + 61,
        mysql_slave_status_sql_delay: 60,
      }),
      quiet: ({ threshold }) => ({
        mysql_slave_status_seconds_behind_master: threshold + 60,
        mysql_slave_status_sql_delay: 60,
      }),
    },
  },
  {
    name: "MysqlReplicaMissing",
    expr: [
      `${targets} - ${primaries}`,
      `- (count by (service, owner) (count by (service, owner, instance) (${applier})) or 0 * ${targets})`,
      "> $threshold",
      `unless ${withGalera}`,
    ].join("\n"),
    for: "10m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "replicas that may be missing" },
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "{{ $value }} replicas of {{ $labels.service }} are missing",
    description:
      "Fewer servers of {{ $labels.service }} have replication set up than the inventory has replicas: one is away, was never attached, or its exporter may not read the replication status.",
    test: {
      fires: ({ threshold }) => ({
        "service:expected_targets:count": threshold + 3,
        "service:expected_primaries:count": 1,
        mysql_slave_status_slave_sql_running: 1,
      }),
      quiet: ({ threshold }) => ({
        "service:expected_targets:count": threshold + 2,
        "service:expected_primaries:count": 1,
        mysql_slave_status_slave_sql_running: 1,
      }),
      // No server replicates at all.
      alsoFires: [
        ({ threshold }) => ({ "service:expected_targets:count": threshold + 2, "service:expected_primaries:count": 1 }),
        ({ threshold }) => ({
          "service:expected_targets:count": threshold + 2,
          "service:expected_primaries:count": 1,
          mysql_global_variables_wsrep_on: 0,
        }),
      ],
      alsoQuiet: [
        {
          "service:expected_targets:count": 1000,
          "service:expected_primaries:count": 1,
          mysql_global_variables_wsrep_on: 1,
        },
      ],
    },
  },
  {
    name: "MysqlNoPrimary",
    // A primary that only its exporter hides still feeds its replicas: that is no outage.
    expr: [
      `${targets} > ${primaries}`,
      `unless ${writable} > 0`,
      `unless (max by (service, owner) (${receiver}) == 1 and sum by (service, owner) (mysql_up) < ${targets})`,
    ].join("\n"),
    for: "2m",
    severity: "critical",
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "No server of {{ $labels.service }} takes writes",
    description:
      "No server of {{ $labels.service }} that answers is writable, and none that is hidden feeds replicas. Applications cannot write until one is promoted.",
    test: {
      fires: {
        "service:expected_targets:count": 2,
        "service:expected_primaries:count": 1,
        mysql_global_variables_read_only: 1,
      },
      quiet: {
        "service:expected_targets:count": 2,
        "service:expected_primaries:count": 1,
        mysql_global_variables_read_only: 0,
      },
      // The primary's exporter is away, and its replica is fed; or one server alone.
      alsoQuiet: [
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          mysql_global_variables_read_only: 1,
          mysql_slave_status_slave_io_running: 1,
          mysql_up: 1,
        },
        { "service:expected_targets:count": 1, "service:expected_primaries:count": 1 },
      ],
      // The replica is not fed any more; or it is, but all servers answer and none is writable.
      alsoFires: [
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          mysql_global_variables_read_only: 1,
          mysql_slave_status_slave_io_running: 0,
          mysql_up: 1,
        },
        {
          "service:expected_targets:count": 2,
          "service:expected_primaries:count": 1,
          mysql_slave_status_slave_io_running: 1,
          'mysql_up{host="a",instance="a:9104"}': 1,
          'mysql_up{host="b",instance="b:9104"}': 1,
        },
      ],
    },
  },
  {
    name: "MysqlMultiplePrimaries",
    expr: `${writableOutsideGalera} > ${primaries}`,
    for: "1m",
    severity: "critical",
    about: "service",
    needs: ["service:expected_primaries:count"],
    summary: "{{ $value }} servers of {{ $labels.service }} take writes",
    description:
      "More than the one primary of {{ $labels.service }} is writable. Writes to both sides part the data, and nothing brings it together again by itself.",
    test: {
      fires: {
        "service:expected_primaries:count": 1,
        'mysql_global_variables_read_only{host="a",instance="a:9104"}': 0,
        'mysql_global_variables_read_only{host="b",instance="b:9104"}': 0,
      },
      quiet: {
        "service:expected_primaries:count": 1,
        'mysql_global_variables_read_only{host="a",instance="a:9104"}': 0,
        'mysql_global_variables_read_only{host="b",instance="b:9104"}': 1,
      },
      alsoFires: [
        {
          "service:expected_primaries:count": 1,
          'mysql_global_variables_read_only{host="$service-1",instance="$service-1:9104"}': 0,
          'mysql_global_variables_read_only{host="$service-2",instance="$service-2:9104"}': 0,
          'mysql_global_variables_wsrep_on{host="$service-1",instance="$service-1:9104"}': 0,
          'mysql_global_variables_wsrep_on{host="$service-2",instance="$service-2:9104"}': 0,
        },
      ],
      alsoQuiet: [
        {
          "service:expected_primaries:count": 1,
          'mysql_global_variables_read_only{host="$service-1",instance="$service-1:9104"}': 0,
          'mysql_global_variables_read_only{host="$service-2",instance="$service-2:9104"}': 0,
          'mysql_global_variables_wsrep_on{host="$service-1",instance="$service-1:9104"}': 1,
          'mysql_global_variables_wsrep_on{host="$service-2",instance="$service-2:9104"}': 1,
        },
      ],
    },
  },
  {
    name: "MysqlHeartbeatLag",
    expr: [
      "min without (server_id) (mysql_heartbeat_now_timestamp_seconds - mysql_heartbeat_stored_timestamp_seconds)",
      "> $threshold and on (job, instance) mysql_global_variables_read_only == 1",
    ].join("\n"),
    for: "5m",
    severity: "warning",
    threshold: { default: 30, unit: "seconds", meaning: "age of the newest heartbeat on a replica" },
    about: "instance",
    needs: ["mysql_heartbeat_stored_timestamp_seconds"],
    summary: "The newest heartbeat on {{ $labels.host }} is {{ $value | humanizeDuration }} old",
    description:
      "Measured by pt-heartbeat, the replica of {{ $labels.service }} on {{ $labels.host }} is behind its primary, whatever the server itself says; or pt-heartbeat no longer writes.",
    test: {
      fires: ({ threshold }) => ({
        'mysql_heartbeat_now_timestamp_seconds{server_id="1"}': 1000 + threshold + 1,
        'mysql_heartbeat_stored_timestamp_seconds{server_id="1"}': 1000,
        mysql_global_variables_read_only: 1,
      }),
      quiet: ({ threshold }) => ({
        'mysql_heartbeat_now_timestamp_seconds{server_id="1"}': 1000 + threshold,
        'mysql_heartbeat_stored_timestamp_seconds{server_id="1"}': 1000,
        mysql_global_variables_read_only: 1,
      }),
    },
  },
  {
    name: "MysqlSemiSyncOff",
    expr: [
      `${semiSyncStatus} == 0`,
      `and on (job, instance) ${semiSyncEnabled} == 1`,
      "and on (job, instance) mysql_global_variables_read_only == 0",
    ].join("\n"),
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Primary {{ $labels.host }} no longer waits for its replicas",
    description:
      "Semi-synchronous replication of {{ $labels.service }} is enabled, but {{ $labels.host }} has fallen back to asynchronous: no replica confirmed in time. What is committed now is lost if this host is lost.",
    test: {
      fires: {
        mysql_global_status_rpl_semi_sync_master_status: 0,
        mysql_global_variables_rpl_semi_sync_master_enabled: 1,
        mysql_global_variables_read_only: 0,
      },
      quiet: {
        mysql_global_status_rpl_semi_sync_master_status: 1,
        mysql_global_variables_rpl_semi_sync_master_enabled: 1,
        mysql_global_variables_read_only: 0,
      },
      // Not enabled; a replica.
      alsoQuiet: [
        {
          mysql_global_status_rpl_semi_sync_master_status: 0,
          mysql_global_variables_rpl_semi_sync_master_enabled: 0,
          mysql_global_variables_read_only: 0,
        },
        {
          mysql_global_status_rpl_semi_sync_master_status: 0,
          mysql_global_variables_rpl_semi_sync_master_enabled: 1,
          mysql_global_variables_read_only: 1,
        },
      ],
    },
  },
];

const galera: readonly AlertTemplate[] = [
  {
    name: "MysqlGaleraNotReady",
    expr: `mysql_global_status_wsrep_ready == 0 and ${onGalera}`,
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "Galera node {{ $labels.host }} refuses queries",
    description:
      "The node of {{ $labels.service }} on {{ $labels.host }} is not ready: it has left the cluster, or its part of it has lost the majority.",
    test: {
      fires: { mysql_global_status_wsrep_ready: 0, mysql_global_variables_wsrep_on: 1 },
      quiet: { mysql_global_status_wsrep_ready: 1, mysql_global_variables_wsrep_on: 1 },
      // No Galera.
      alsoQuiet: [{ mysql_global_status_wsrep_ready: 0, mysql_global_variables_wsrep_on: 0 }],
    },
  },
  {
    name: "MysqlGaleraOutOfSync",
    expr: [
      "mysql_global_status_wsrep_local_state != 4",
      `and ${onGalera}`,
      "and on (job, instance) mysql_global_variables_wsrep_desync == 0",
    ].join("\n"),
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Galera node {{ $labels.host }} is not in sync (state {{ $value }})",
    description:
      "The node of {{ $labels.service }} on {{ $labels.host }} has been joining, giving its state away or catching up for 5 minutes, and nobody took it out on purpose (wsrep_desync).",
    test: {
      fires: {
        mysql_global_status_wsrep_local_state: 2,
        mysql_global_variables_wsrep_on: 1,
        mysql_global_variables_wsrep_desync: 0,
      },
      quiet: {
        mysql_global_status_wsrep_local_state: 4,
        mysql_global_variables_wsrep_on: 1,
        mysql_global_variables_wsrep_desync: 0,
      },
      // No Galera; taken out on purpose.
      alsoQuiet: [
        {
          mysql_global_status_wsrep_local_state: 2,
          mysql_global_variables_wsrep_on: 0,
          mysql_global_variables_wsrep_desync: 0,
        },
        {
          mysql_global_status_wsrep_local_state: 2,
          mysql_global_variables_wsrep_on: 1,
          mysql_global_variables_wsrep_desync: 1,
        },
      ],
    },
  },
  {
    name: "MysqlGaleraNodeMissing",
    expr: [`min by (service, owner) (mysql_global_status_wsrep_cluster_size and ${onGalera})`, `< ${targets}`].join(
      "\n",
    ),
    for: "5m",
    severity: "warning",
    about: "service",
    summary: "The Galera cluster {{ $labels.service }} has only {{ $value }} nodes",
    description:
      "A node of {{ $labels.service }} sees fewer members than the inventory has. One more loss may cost the majority.",
    test: {
      fires: {
        mysql_global_status_wsrep_cluster_size: 2,
        mysql_global_variables_wsrep_on: 1,
        "service:expected_targets:count": 3,
      },
      quiet: {
        mysql_global_status_wsrep_cluster_size: 3,
        mysql_global_variables_wsrep_on: 1,
        "service:expected_targets:count": 3,
      },
      // No Galera.
      alsoQuiet: [
        {
          mysql_global_status_wsrep_cluster_size: 0,
          mysql_global_variables_wsrep_on: 0,
          "service:expected_targets:count": 3,
        },
      ],
    },
  },
];

/** Silent where a service has no replicas, or no Galera: what they start from is missing, or the counts agree. */
export const clusterAlerts: readonly AlertTemplate[] = [...replication, ...galera];
