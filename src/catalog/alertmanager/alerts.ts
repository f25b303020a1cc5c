import type { AlertTemplate } from "../../signals/alert.ts";

const member = (name: string, value: string): Readonly<Record<string, string>> => ({
  [`up{host="${name}",instance="${name}:9093"}`]: value,
});

/** One member that sends something by webhook each ten minutes; so many of a thousand fail. */
function sent(name: string, failed: number, total = 1000): Readonly<Record<string, string>> {
  const each = (count: number): string => Array.from({ length: 60 }, (_, step) => `${step * count}x9`).join(" ");
  const labels = `host="${name}",instance="${name}:9093",integration="webhook"`;
  return {
    [`alertmanager_notifications_failed_total{${labels}}`]: each(failed),
    [`alertmanager_notifications_total{${labels}}`]: each(total),
  };
}

export const alerts: readonly AlertTemplate[] = [
  {
    name: "AlertmanagerDown",
    expr: 'up{job="alertmanager"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Alertmanager {{ $labels.instance }} does not answer",
    description:
      "{{ $labels.instance }} cannot be scraped. The other members go on telling people; without one of them nobody would be told.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "AlertmanagerClusterDown",
    expr: 'sum by (service, owner) (up{job="alertmanager"}) / on (service) group_left () service:expected_targets:count < $threshold',
    for: "5m",
    severity: "critical",
    threshold: { default: 0.5, unit: "ratio", meaning: "share of the members that has to be up" },
    about: "service",
    summary: "Only {{ $value | humanizePercentage }} of the Alertmanagers of {{ $labels.service }} are up",
    description:
      "Most members of {{ $labels.service }} do not answer. This message came through one of the last; the next one may not come.",
    test: {
      fires: ({ threshold }) => ({
        ...member("a", "1x600"),
        "service:expected_targets:count": Math.floor(1 / threshold) + 1,
      }),
      quiet: ({ threshold }) => ({
        ...member("a", "1x600"),
        "service:expected_targets:count": Math.max(1, Math.floor(1 / threshold)),
      }),
    },
  },
  {
    name: "AlertmanagerMembersInconsistent",
    needs: ["alertmanager_cluster_members"],
    expr: 'alertmanager_cluster_members != on (service) group_left () service:expected_targets:count unless on (service) (up{job="alertmanager"} == 0)',
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Alertmanager {{ $labels.instance }} sees {{ $value }} members of its cluster",
    description:
      "All Alertmanagers of {{ $labels.service }} answer, but {{ $labels.instance }} does not see as many as the inventory names. Members that do not see each other send everything twice; one too many belongs to somebody else.",
    test: {
      fires: { alertmanager_cluster_members: 2, up: 1, "service:expected_targets:count": 3 },
      quiet: { alertmanager_cluster_members: 3, up: 1, "service:expected_targets:count": 3 },
      // A member that is down is another alert's.
      alsoQuiet: [
        {
          'alertmanager_cluster_members{host="a",instance="a:9093"}': 2,
          'up{host="a",instance="a:9093"}': 1,
          'up{host="b",instance="b:9093"}': 0,
          "service:expected_targets:count": 3,
        },
      ],
    },
  },
  {
    name: "AlertmanagerGossipDegraded",
    needs: ["alertmanager_cluster_health_score"],
    expr: "alertmanager_cluster_health_score > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "health score of gossip; 0 is healthy, 8 the worst" },
    about: "instance",
    summary: "Gossip of Alertmanager {{ $labels.instance }} is slow or lossy",
    description:
      "{{ $labels.instance }} gets answers from its peers late or not at all (score {{ $value }}). Notifications may be sent twice and silences arrive late.",
    test: {
      fires: ({ threshold }) => ({ alertmanager_cluster_health_score: threshold + 1 }),
      quiet: ({ threshold }) => ({ alertmanager_cluster_health_score: threshold }),
    },
  },
  {
    name: "AlertmanagerFailedReload",
    expr: "alertmanager_config_last_reload_successful == 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Alertmanager {{ $labels.instance }} could not load its configuration",
    description:
      "The last reload on {{ $labels.instance }} failed. It goes on with the routes and receivers from before, and would not come up again after a restart.",
    test: {
      fires: { alertmanager_config_last_reload_successful: 0 },
      quiet: { alertmanager_config_last_reload_successful: 1 },
    },
  },
  {
    name: "AlertmanagerConfigInconsistent",
    expr: "max by (service, owner) (alertmanager_config_hash) != min by (service, owner) (alertmanager_config_hash)",
    for: "20m",
    severity: "warning",
    about: "service",
    summary: "The Alertmanagers of {{ $labels.service }} have different configurations",
    description:
      "For 20 minutes not all members of {{ $labels.service }} have had the same configuration. Who is told then depends on which member sends.",
    test: {
      fires: {
        'alertmanager_config_hash{host="a",instance="a:9093"}': 247019950112494,
        'alertmanager_config_hash{host="b",instance="b:9093"}': 247019950112495,
      },
      quiet: {
        'alertmanager_config_hash{host="a",instance="a:9093"}': 247019950112494,
        'alertmanager_config_hash{host="b",instance="b:9093"}': 247019950112494,
      },
    },
  },
  {
    name: "AlertmanagerFailedToSendAlerts",
    // One that could not be sent is counted when the attempts end, once in each group_interval: look back further than that.
    expr: `
min by (service, owner, integration) (
  sum by (service, owner, instance, integration) (rate(alertmanager_notifications_failed_total[15m]))
    /
  sum by (service, owner, instance, integration) (rate(alertmanager_notifications_total[15m]))
) > $threshold`.trim(),
    for: "5m",
    severity: "critical",
    threshold: {
      default: 0.05,
      unit: "ratio",
      meaning: "share of notifications that fail, on the member that does best",
    },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail",
    description:
      "Every member of {{ $labels.service }} that tries fails to send notifications by {{ $labels.integration }}. Somebody is not told what they should know.",
    test: {
      fires: ({ threshold }) => sent("a", 1000 * threshold + 1),
      quiet: ({ threshold }) => sent("a", Math.max(0, 1000 * threshold - 1)),
      // A peer sent it: people were told.
      alsoQuiet: [{ ...sent("a", 1000), ...sent("b", 0) }],
      alsoFires: [
        // The peers fail as well, or had nothing to send.
        ({ threshold }) => ({
          ...sent("a", 1000 * threshold + 1),
          ...sent("b", 1000 * threshold + 1),
          ...sent("c", 0, 0),
        }),
      ],
      afterSeconds: 600,
      firing: [{ integration: "webhook" }],
    },
  },
  {
    name: "AlertmanagerMemberFailsToSend",
    needs: ["alertmanager_cluster_members"],
    expr: `
sum by (service, owner, host, instance, integration) (rate(alertmanager_notifications_failed_total[15m]))
  /
sum by (service, owner, host, instance, integration) (rate(alertmanager_notifications_total[15m])) > $threshold`.trim(),
    for: "15m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of one member's notifications that fail" },
    about: "instance",
    summary:
      "Alertmanager {{ $labels.instance }} fails to send {{ $value | humanizePercentage }} of its notifications by {{ $labels.integration }}",
    description:
      "{{ $labels.instance }} tries in vain to send by {{ $labels.integration }}; its peers step in after a delay. Without them nobody would be told.",
    test: {
      fires: ({ threshold }) => sent("$service-1", 1000 * threshold + 1),
      quiet: ({ threshold }) => sent("$service-1", Math.max(0, 1000 * threshold - 1)),
      afterSeconds: 600,
      firing: [{ integration: "webhook" }],
    },
  },
  {
    name: "AlertmanagerNotificationsSlow",
    expr: "histogram_quantile(0.99, sum by (service, owner, integration, le) (rate(alertmanager_notification_latency_seconds_bucket[5m]))) > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 10, unit: "seconds", meaning: "time of the slowest hundredth of notifications" },
    about: "service",
    summary: "Notifications by {{ $labels.integration }} take {{ $value | humanizeDuration }}",
    description:
      "The slowest hundredth of the notifications that {{ $labels.service }} sends by {{ $labels.integration }} takes {{ $value | humanizeDuration }}. Alerts arrive late, and attempts run into timeouts.",
    test: {
      fires: ({ threshold }) => latency(threshold, threshold * 1.2),
      quiet: ({ threshold }) => latency(threshold / 2, threshold),
      afterSeconds: 60,
      firing: [{ integration: "webhook" }],
    },
  },
  {
    name: "AlertmanagerAlertsInvalid",
    expr: "sum without (version) (rate(alertmanager_alerts_invalid_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Alertmanager {{ $labels.instance }} refuses alerts",
    description: "Somebody sends alerts to {{ $labels.instance }} that are not valid. They are thrown away.",
    test: {
      fires: { 'alertmanager_alerts_invalid_total{version="v2"}': "0+1x600" },
      quiet: { 'alertmanager_alerts_invalid_total{version="v2"}': 5 },
      afterSeconds: 60,
    },
  },
  {
    name: "SilenceTooLong",
    expr: 'max by (service, owner) (min_over_time(alertmanager_silences{state="active"}[3d])) > 0',
    for: "1h",
    severity: "info",
    about: "service",
    summary: "Silences have been active in {{ $labels.service }} for three days",
    description:
      "There has been an active silence at every moment of the last three days, {{ $value }} or more. A silence that nobody remembers hides the next outage.",
    test: {
      fires: { 'alertmanager_silences{state="active"}': 1 },
      quiet: { 'alertmanager_silences{state="active"}': 0 },
    },
  },
];

/** A latency histogram in which every notification took between the two times. */
function latency(from: number, to: number): Readonly<Record<string, string>> {
  const bucket = (le: string): string =>
    `alertmanager_notification_latency_seconds_bucket{integration="webhook",le="${le}"}`;
  return { [bucket(String(from))]: "0x600", [bucket(String(to))]: "0+60x600", [bucket("+Inf")]: "0+60x600" };
}
