import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("each collector", [
  {
    title: "Spans in",
    description:
      "Spans per second accepted and refused. Refused should be zero; it begins when the memory limit is reached.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "rate(otelcol_receiver_accepted_spans[$__rate_interval])",
        legend: "{{instance}} {{receiver}} {{transport}}",
      },
      {
        expr: "rate(otelcol_receiver_refused_spans[$__rate_interval])",
        legend: "{{instance}} {{receiver}} {{transport}} refused",
      },
    ],
  },
  {
    title: "Spans out",
    description: "Spans per second delivered by each exporter. Less than what comes in is normal only behind sampling.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "sum by (service, instance, exporter) (rate(otelcol_exporter_sent_spans[$__rate_interval]))",
        legend: "{{instance}} {{exporter}}",
      },
    ],
  },
  {
    title: "Queues",
    description:
      "Share of each exporter's queue in use. Near zero is normal; a rise means that the store behind it is slow or away.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.5, critical: 0.8 },
    queries: [
      {
        expr: "otelcol_exporter_queue_size / otelcol_exporter_queue_capacity",
        legend: "{{instance}} {{exporter}} {{data_type}}",
      },
    ],
  },
  {
    title: "Memory",
    description:
      "Resident memory. It has to stay below the memory limiter's limit; tail sampling holds traces while it waits.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: "otelcol_process_memory_rss", legend: "{{instance}}" }],
  },
]);
