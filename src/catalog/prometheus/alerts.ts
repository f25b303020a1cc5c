import type { AlertTemplate } from "../../signals/alert.ts";

/** About single servers: each watches itself and its twin, so the twin speaks up for one that no longer can. */
const server: readonly AlertTemplate[] = [
  {
    name: "PrometheusDown",
    expr: 'up{job="prometheus"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} does not answer",
    description:
      "The other Prometheus cannot scrape {{ $labels.instance }}. Alerts and dashboards rest on the remaining server alone.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "PrometheusBadConfig",
    expr: "prometheus_config_last_reload_successful == 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} could not load its configuration",
    description:
      "The last reload on {{ $labels.instance }} failed. It goes on with the configuration from before: new targets and rules are not in force, and after a restart it would not come up.",
    test: {
      fires: { prometheus_config_last_reload_successful: 0 },
      quiet: { prometheus_config_last_reload_successful: 1 },
    },
  },
  {
    name: "PrometheusNotConnectedToAlertmanagers",
    expr: "prometheus_notifications_alertmanagers_discovered == 0",
    needsAlerting: true,
    for: "10m",
    severity: "critical",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} knows no Alertmanager",
    description:
      "{{ $labels.instance }} has no Alertmanager to send to. Its alerts reach nobody; this one came by way of another server.",
    test: {
      fires: { prometheus_notifications_alertmanagers_discovered: 0 },
      quiet: { prometheus_notifications_alertmanagers_discovered: 1 },
    },
  },
  {
    name: "PrometheusErrorSendingAlerts",
    expr: "rate(prometheus_notifications_errors_total[5m]) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} fails to send to {{ $labels.alertmanager }}",
    description:
      "Sending alerts from {{ $labels.instance }} to {{ $labels.alertmanager }} fails again and again. People are still told as long as another Alertmanager takes them.",
    test: {
      fires: { 'prometheus_notifications_errors_total{alertmanager="http://a:9093/api/v2/alerts"}': "0+1x600" },
      quiet: { 'prometheus_notifications_errors_total{alertmanager="http://a:9093/api/v2/alerts"}': 7 },
      afterSeconds: 60,
      firing: [{ alertmanager: "http://a:9093/api/v2/alerts" }],
    },
  },
  {
    name: "PrometheusNotificationsDropped",
    expr: "rate(prometheus_notifications_dropped_total[5m]) > 0",
    for: "10m",
    severity: "critical",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} throws alerts away",
    description:
      "{{ $labels.instance }} drops alerts, because no Alertmanager took them or its queue was full. {{ $value | humanize }} alerts are lost each second.",
    test: {
      fires: { prometheus_notifications_dropped_total: "0+1x600" },
      quiet: { prometheus_notifications_dropped_total: 3 },
      afterSeconds: 60,
    },
  },
  {
    name: "PrometheusNotificationQueueFillingUp",
    expr: "prometheus_notifications_queue_length / prometheus_notifications_queue_capacity > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.5, unit: "ratio", meaning: "share of the queue for alerts that is taken" },
    about: "instance",
    summary: "The alert queue of Prometheus {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
    description: "Alerts leave {{ $labels.instance }} more slowly than they come. A full queue drops the oldest ones.",
    test: {
      fires: ({ threshold }) => ({
        prometheus_notifications_queue_length: 10_000 * threshold + 1,
        prometheus_notifications_queue_capacity: 10_000,
      }),
      quiet: ({ threshold }) => ({
        prometheus_notifications_queue_length: 10_000 * threshold,
        prometheus_notifications_queue_capacity: 10_000,
      }),
    },
  },
  {
    name: "PrometheusRuleFailures",
    expr: "rate(prometheus_rule_evaluation_failures_total[5m]) > 0",
    for: "10m",
    severity: "critical",
    about: "instance",
    summary: "Rules fail on Prometheus {{ $labels.instance }}",
    description:
      "Rules of the group {{ $labels.rule_group }} on {{ $labels.instance }} fail. What they watch is not watched, and what they record is missing in dashboards.",
    test: {
      fires: { 'prometheus_rule_evaluation_failures_total{rule_group="alerts/node.yml;node"}': "0+1x600" },
      quiet: { 'prometheus_rule_evaluation_failures_total{rule_group="alerts/node.yml;node"}': 4 },
      afterSeconds: 60,
      firing: [{ rule_group: "alerts/node.yml;node" }],
    },
  },
  {
    name: "PrometheusMissingRuleEvaluations",
    expr: "rate(prometheus_rule_group_iterations_missed_total[5m]) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} skips rule evaluations",
    description:
      "The group {{ $labels.rule_group }} on {{ $labels.instance }} takes longer than its interval, so that rounds are left out. Alerts come late.",
    test: {
      fires: { 'prometheus_rule_group_iterations_missed_total{rule_group="alerts/node.yml;node"}': "0+1x600" },
      quiet: { 'prometheus_rule_group_iterations_missed_total{rule_group="alerts/node.yml;node"}': 4 },
      afterSeconds: 60,
      firing: [{ rule_group: "alerts/node.yml;node" }],
    },
  },
];

const scraping: readonly AlertTemplate[] = [
  {
    name: "PrometheusNotIngesting",
    expr: "sum without (type) (rate(prometheus_tsdb_head_samples_appended_total[5m])) == 0",
    for: "10m",
    severity: "critical",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} stores no samples",
    description:
      "{{ $labels.instance }} answers, but does not store a single sample. It sees nothing, and its alerts cannot fire.",
    test: {
      fires: { 'prometheus_tsdb_head_samples_appended_total{type="float"}': 5000 },
      quiet: { 'prometheus_tsdb_head_samples_appended_total{type="float"}': "5000+1x600" },
      afterSeconds: 60,
    },
  },
  {
    name: "PrometheusTargetSyncFailure",
    expr: "increase(prometheus_target_sync_failed_total[30m]) > 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot take over targets of {{ $labels.scrape_job }}",
    description:
      "Targets of the scrape config {{ $labels.scrape_job }} were refused on {{ $labels.instance }}, most often for an invalid label or address. They are not scraped.",
    test: {
      fires: { 'prometheus_target_sync_failed_total{scrape_job="node"}': "0+1x600" },
      quiet: { 'prometheus_target_sync_failed_total{scrape_job="node"}': 2 },
      afterSeconds: 60,
      firing: [{ scrape_job: "node" }],
    },
  },
  {
    name: "PrometheusServiceDiscoveryFailing",
    expr: "rate(prometheus_sd_file_read_errors_total[5m]) > 0 or sum without (mechanism) (rate(prometheus_sd_refresh_failures_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot read its lists of targets",
    description:
      "Reading target lists (files or HTTP discovery) fails on {{ $labels.instance }}. It goes on with the last list: new hosts are not watched, removed ones look dead.",
    test: {
      fires: {
        'prometheus_sd_refresh_failures_total{mechanism="http"}': "0+1x600",
        prometheus_sd_file_read_errors_total: 0,
      },
      quiet: {
        'prometheus_sd_refresh_failures_total{mechanism="http"}': 2,
        prometheus_sd_file_read_errors_total: 1,
      },
      afterSeconds: 60,
      alsoFires: [
        {
          'prometheus_sd_refresh_failures_total{mechanism="http"}': 0,
          prometheus_sd_file_read_errors_total: "0+1x600",
        },
      ],
    },
  },
  {
    name: "PrometheusScrapeSampleLimitHit",
    expr: "rate(prometheus_target_scrapes_exceeded_sample_limit_total[5m]) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Scrapes on Prometheus {{ $labels.instance }} exceed the sample limit",
    description:
      "A target gives more samples than its sample_limit allows, so its scrapes are thrown away as a whole and it counts as down.",
    test: {
      fires: { prometheus_target_scrapes_exceeded_sample_limit_total: "0+1x600" },
      quiet: { prometheus_target_scrapes_exceeded_sample_limit_total: 9 },
      afterSeconds: 60,
    },
  },
  {
    name: "PrometheusDuplicateTimestamps",
    expr: "rate(prometheus_target_scrapes_sample_duplicate_timestamp_total[5m]) > 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Two targets give the same series to Prometheus {{ $labels.instance }}",
    description:
      "{{ $labels.instance }} throws samples away, because two targets or two rules give series with the same labels. What a graph shows then depends on chance.",
    test: {
      fires: { prometheus_target_scrapes_sample_duplicate_timestamp_total: "0+1x600" },
      quiet: { prometheus_target_scrapes_sample_duplicate_timestamp_total: 9 },
      afterSeconds: 60,
    },
  },
  {
    name: "PrometheusOutOfOrderTimestamps",
    expr: "rate(prometheus_target_scrapes_sample_out_of_order_total[5m]) > 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Samples reach Prometheus {{ $labels.instance }} out of order",
    description:
      "{{ $labels.instance }} throws samples away whose time is before that of samples it has. Two targets share labels, or a target sets timestamps of its own.",
    test: {
      fires: { prometheus_target_scrapes_sample_out_of_order_total: "0+1x600" },
      quiet: { prometheus_target_scrapes_sample_out_of_order_total: 9 },
      afterSeconds: 60,
    },
  },
];

const storage: readonly AlertTemplate[] = [
  {
    name: "PrometheusTSDBCompactionsFailing",
    expr: "increase(prometheus_tsdb_compactions_failed_total[30m]) > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 3, unit: "count", meaning: "failed compactions in 30 minutes" },
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot compact its blocks",
    description:
      "Compaction on {{ $labels.instance }} failed {{ $value | humanize }} times in the last 30 minutes. The head keeps growing in memory and old data is not removed.",
    test: {
      fires: ({ threshold }) => ({ prometheus_tsdb_compactions_failed_total: repeated(1.1 * threshold + 0.5) }),
      quiet: ({ threshold }) => ({ prometheus_tsdb_compactions_failed_total: `0+${(0.8 * threshold) / 30}x600` }),
      afterSeconds: 1200,
    },
  },
  {
    name: "PrometheusTSDBReloadsFailing",
    expr: "increase(prometheus_tsdb_reloads_failures_total[30m]) > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 3, unit: "count", meaning: "failed reloads of blocks in 30 minutes" },
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot read its blocks",
    description:
      "{{ $labels.instance }} failed {{ $value | humanize }} times in 30 minutes to reload its blocks from disk. Retention does not work, and older data may be missing from answers.",
    test: {
      fires: ({ threshold }) => ({ prometheus_tsdb_reloads_failures_total: repeated(1.1 * threshold + 0.5) }),
      quiet: ({ threshold }) => ({ prometheus_tsdb_reloads_failures_total: `0+${(0.8 * threshold) / 30}x600` }),
      afterSeconds: 1200,
    },
  },
  {
    name: "PrometheusTSDBWALWritesFailing",
    expr: "rate(prometheus_tsdb_wal_writes_failed_total[5m]) > 0",
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot write its log of samples",
    description:
      "Writes to the write-ahead log fail on {{ $labels.instance }}: the disk is full or broken. Samples are being lost now.",
    test: {
      fires: { prometheus_tsdb_wal_writes_failed_total: "0+1x600" },
      quiet: { prometheus_tsdb_wal_writes_failed_total: 5 },
      afterSeconds: 60,
    },
  },
];

/** Only where a server has `remote_write`. */
const remoteWrite: readonly AlertTemplate[] = [
  {
    name: "PrometheusRemoteWriteFailing",
    expr: "rate(prometheus_remote_storage_samples_failed_total[5m]) > 0 or rate(prometheus_remote_storage_samples_retried_total[5m]) > 0",
    needs: ["prometheus_remote_storage_samples_failed_total", "prometheus_remote_storage_samples_retried_total"],
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Prometheus {{ $labels.instance }} cannot copy samples to {{ $labels.remote_name }}",
    description:
      "Sending samples from {{ $labels.instance }} to {{ $labels.url }} fails. They are tried again for about two hours, then they are missing there.",
    test: {
      fires: {
        'prometheus_remote_storage_samples_failed_total{remote_name="long",url="http://a/write"}': 0,
        'prometheus_remote_storage_samples_retried_total{remote_name="long",url="http://a/write"}': "0+500x600",
      },
      quiet: {
        'prometheus_remote_storage_samples_failed_total{remote_name="long",url="http://a/write"}': 7,
        'prometheus_remote_storage_samples_retried_total{remote_name="long",url="http://a/write"}': 500,
      },
      afterSeconds: 60,
      firing: [{ remote_name: "long", url: "http://a/write" }],
    },
  },
  {
    name: "PrometheusRemoteWriteBehind",
    expr: "prometheus_remote_storage_highest_timestamp_in_seconds - on (job, service, instance) group_right () prometheus_remote_storage_queue_highest_sent_timestamp_seconds > $threshold",
    needs: ["prometheus_remote_storage_queue_highest_sent_timestamp_seconds"],
    for: "15m",
    severity: "warning",
    threshold: { default: 300, unit: "seconds", meaning: "age of the newest sample that was sent" },
    about: "instance",
    summary:
      "Prometheus {{ $labels.instance }} is {{ $value | humanizeDuration }} behind with {{ $labels.remote_name }}",
    description:
      "The newest sample that {{ $labels.url }} got from {{ $labels.instance }} is {{ $value | humanizeDuration }} old. What is more than about two hours behind is lost there.",
    test: {
      fires: ({ threshold }) => ({
        prometheus_remote_storage_highest_timestamp_in_seconds: `${threshold + 1001}+60x600`,
        'prometheus_remote_storage_queue_highest_sent_timestamp_seconds{remote_name="long",url="http://a/write"}':
          "1000+60x600",
      }),
      quiet: ({ threshold }) => ({
        prometheus_remote_storage_highest_timestamp_in_seconds: `${threshold + 1000}+60x600`,
        'prometheus_remote_storage_queue_highest_sent_timestamp_seconds{remote_name="long",url="http://a/write"}':
          "1000+60x600",
      }),
      firing: [{ remote_name: "long", url: "http://a/write" }],
    },
  },
];

/** About the whole: what only a look from above can see. */
const whole: readonly AlertTemplate[] = [
  {
    name: "TargetsMissing",
    // One that is listed and down is told by its own kind, once; a dead host would be told again for each of its services.
    expr: `
service:expected_targets:count
  - on (service, job) group_left ()
(
  count by (service, job) (up)
    or on (service, job)
  service:expected_targets:count * 0
) > 0`.trim(),
    for: "15m",
    severity: "warning",
    about: "service",
    summary: "Prometheus does not know {{ $value }} targets of {{ $labels.service }}",
    description:
      "{{ $value }} of the targets that the inventory names for {{ $labels.service }} are not known to Prometheus: nothing is scraped there, and no other alert can tell whether they are down.",
    test: {
      fires: {
        'up{host="a",instance="a:9090"}': 1,
        'up{host="b",instance="b:9090"}': 0,
        "service:expected_targets:count": 3,
      },
      quiet: {
        'up{host="a",instance="a:9090"}': 1,
        'up{host="b",instance="b:9090"}': 0,
        "service:expected_targets:count": 2,
      },
      // Not one is known.
      alsoFires: [{ "service:expected_targets:count": 1 }],
    },
  },
  {
    name: "Watchdog",
    expr: "vector(1)",
    for: "0s",
    severity: "none",
    about: "service",
    always: true,
    summary: "Alerting works",
    description:
      "This alert fires all the time. A receiver outside of this platform expects it again and again and sounds the alarm when it stays away: then Prometheus, Alertmanager or the way out is broken.",
    test: { fires: {}, quiet: {} },
  },
];

export const alerts: readonly AlertTemplate[] = [...server, ...scraping, ...storage, ...remoteWrite, ...whole];

/** A counter that jumps by so much at the 20th minute, and then rises by the same in each half hour. */
function repeated(times: number): string {
  return `0x19 ${times}+${times / 30}x600`;
}
