import type { Row } from "../../signals/panel.ts";

export const dashboard: readonly Row[] = [
  {
    title: "State",
    panels: [
      {
        title: "Instances",
        description:
          "Whether each instance answered the last scrape. When one is down, look at the journal of the unit stackwright.",
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "up", legend: "{{instance}}" }],
      },
      {
        title: "Inventory",
        description:
          "Whether the inventory has no errors. `stackwright validate` on that host shows each one with its line.",
        type: "stat",
        unit: "none",
        mappings: { "0": "has errors", "1": "valid" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "stackwright_inventory_valid", legend: "{{instance}}" }],
      },
      {
        title: "Version",
        description: "The version that runs. All instances should have the same.",
        type: "table",
        unit: "none",
        width: 8,
        queries: [{ expr: "stackwright_build_info", legend: "{{instance}} {{version}}" }],
      },
    ],
  },
  {
    title: "Inventory and targets",
    panels: [
      {
        title: "Problems in the inventory",
        description:
          "Errors and warnings. Zero errors is normal; warnings that are meant can be accepted in the inventory with a reason.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "stackwright_inventory_problems", legend: "{{instance}} {{severity}}" }],
      },
      {
        title: "Age of the inventory in use",
        description:
          "Time since the inventory was last read with success. Below two minutes is normal, it is read again every minute.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [{ expr: "time() - stackwright_inventory_last_load_timestamp_seconds", legend: "{{instance}}" }],
      },
      {
        title: "Age of the last generation",
        description:
          "Time since configs were last generated from this inventory. Older than the last change of the inventory means that the change is not out.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [{ expr: "time() - stackwright_generate_last_success_timestamp_seconds", legend: "{{instance}}" }],
      },
      {
        title: "Service discovery",
        description:
          "Whether the list of targets is the current one. Old means that the inventory has errors and the last good list is given out.",
        type: "state-timeline",
        unit: "none",
        mappings: { "0": "old", "1": "current" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "stackwright_sd_inventory_ok", legend: "{{instance}}" }],
      },
      {
        title: "Targets by job",
        description: "Targets in the list, by job. It changes with the inventory only.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "stackwright_sd_targets", legend: "{{instance}} {{sd_job}}" }],
      },
      {
        title: "Targets that are missing, by service",
        description:
          "Targets that the inventory names and Prometheus does not see. Zero is normal; the alert TargetsMissing tells how to go on.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [
          {
            expr: "stackwright_service_targets_expected - stackwright_service_targets_seen",
            legend: "{{instance}} {{target_service}}",
          },
        ],
      },
    ],
  },
  {
    title: "Bridge",
    panels: [
      {
        title: "Messages by receiver and outcome",
        description:
          "Notifications over the bridge. Refused ones were malformed or for an unknown receiver; failed ones were not taken by the gateway.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          {
            expr: "sum by (service, receiver, outcome) (rate(stackwright_notify_requests_total[$__rate_interval]))",
            legend: "{{receiver}} {{outcome}}",
          },
        ],
      },
      {
        title: "Messages given up",
        description: "Messages that were given up in the last hour. Zero is normal; the log holds each one.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [
          {
            expr: "sum by (service, receiver) (increase(stackwright_notify_dead_letters_total[1h]))",
            legend: "{{receiver}}",
          },
        ],
      },
      {
        title: "Time to deliver, p99",
        description:
          "Time of the slowest hundredth of the messages. Above a few seconds the gateway is the place to look.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "histogram_quantile(0.99, sum by (service, receiver, le) (rate(stackwright_notify_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{receiver}}",
          },
        ],
      },
    ],
  },
  {
    title: "Process",
    panels: [
      {
        title: "CPU",
        description: "Cores in use. Peaks when the inventory changes are normal.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{instance}}" }],
      },
      {
        title: "Memory",
        description: "Resident memory. Level after the start; steady growth is a leak.",
        type: "timeseries",
        unit: "bytes",
        min: 0,
        queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
      },
      {
        title: "Event loop lag, p99",
        description: "About 10 ms is idle: that is the resolution of the measurement. Above 100 ms answers are late.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [{ expr: "nodejs_eventloop_lag_p99_seconds", legend: "{{instance}}" }],
      },
    ],
  },
];
