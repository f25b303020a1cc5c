import type { Row } from "../../signals/panel.ts";

export const dashboard: readonly Row[] = [
  {
    title: "State",
    panels: [
      {
        title: "Members",
        description:
          "Whether each member answered the last scrape. One that is down is replaced by the others; look at its journal.",
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "up", legend: "{{instance}}" }],
      },
      {
        title: "Members seen by gossip",
        needs: ["alertmanager_cluster_members"],
        description:
          "How many members each one sees, itself included; all should see all. A member that sees itself alone sends everything a second time.",
        type: "stat",
        unit: "none",
        queries: [{ expr: "alertmanager_cluster_members", legend: "{{instance}}" }],
      },
      {
        title: "Configuration",
        description:
          "Whether the last reload worked. When it failed, the journal names the line; `stackwright check` finds it beforehand.",
        type: "stat",
        unit: "none",
        mappings: { "0": "refused", "1": "in force" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "alertmanager_config_last_reload_successful", legend: "{{instance}}" }],
      },
    ],
  },
  {
    title: "Alerts and notifications",
    panels: [
      {
        title: "Alerts by state",
        description:
          "Alerts that the cluster holds: active, suppressed by a silence or an inhibition, or not yet looked at. The members should agree.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "alertmanager_alerts", legend: "{{instance}} {{state}}" }],
      },
      {
        title: "Alerts received",
        description:
          "Alerts that come in each second. Every Prometheus sends to every member, firing alerts again each minute; zero means that none reaches this one.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          {
            expr: "sum without (version) (rate(alertmanager_alerts_received_total[$__rate_interval]))",
            legend: "{{instance}} {{status}}",
          },
        ],
      },
      {
        title: "Notifications by integration",
        description: "Notifications sent each second. Most are sent by one member; the others step in when it cannot.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          {
            expr: "sum by (service, integration) (rate(alertmanager_notifications_total[$__rate_interval]))",
            legend: "{{service}} {{integration}}",
          },
        ],
      },
      {
        title: "Failed notifications by integration",
        description:
          "Notifications that failed for good. Zero is normal; the journal of the member names receiver and reason. Webhooks on loopback are the bridge of the exporter service: see its dashboard.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          {
            expr: "sum by (service, integration) (rate(alertmanager_notifications_failed_total[$__rate_interval]))",
            legend: "{{service}} {{integration}}",
          },
        ],
      },
      {
        title: "Time to notify",
        description:
          "Mean time of a notification by integration. Below a second is normal; ten seconds and more point at the far end.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "sum by (service, integration) (rate(alertmanager_notification_latency_seconds_sum[$__rate_interval])) / (sum by (service, integration) (rate(alertmanager_notification_latency_seconds_count[$__rate_interval])) > 0)",
            legend: "{{service}} {{integration}}",
          },
        ],
      },
      {
        title: "Silences by state",
        description: "Active silences hide alerts. A level that never falls to zero is a silence that somebody forgot.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "alertmanager_silences", legend: "{{instance}} {{state}}" }],
      },
    ],
  },
  {
    title: "Cluster and process",
    panels: [
      {
        title: "Gossip health",
        needs: ["alertmanager_cluster_health_score"],
        description:
          "Score of each member's gossip: 0 is healthy, 8 the worst. Anything above 0 for long is a lossy or slow network.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "alertmanager_cluster_health_score", legend: "{{instance}}" }],
      },
      {
        title: "Peers lost",
        needs: ["alertmanager_cluster_failed_peers"],
        description:
          "Peers that a member takes for dead. Zero is normal; otherwise ask whether port 9094 is open by TCP and UDP.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "alertmanager_cluster_failed_peers", legend: "{{instance}}" }],
      },
      {
        title: "Gossip messages waiting",
        needs: ["alertmanager_cluster_messages_queued"],
        description: "Messages that wait to be sent to peers. Near zero is normal; a growing queue delays silences.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "alertmanager_cluster_messages_queued", legend: "{{instance}}" }],
      },
      {
        title: "Request time",
        description: "Mean time of requests to the API. Milliseconds are normal.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "sum without (handler, method) (rate(alertmanager_http_request_duration_seconds_sum[$__rate_interval])) / sum without (handler, method) (rate(alertmanager_http_request_duration_seconds_count[$__rate_interval]))",
            legend: "{{instance}}",
          },
        ],
      },
      {
        title: "CPU",
        description: "Cores in use. Nearly nothing is normal; a rise comes with a flood of alerts.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{instance}}" }],
      },
      {
        title: "Memory",
        description: "Resident memory. Grows with the number of alerts and silences.",
        type: "timeseries",
        unit: "bytes",
        min: 0,
        queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
      },
    ],
  },
];
