import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("each Jaeger", [
  {
    title: "Spans in and stored",
    description: "Spans per second that came in and that the store took. The two should run together.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      { expr: "rate(otelcol_receiver_accepted_spans[$__rate_interval])", legend: "{{instance}} in" },
      { expr: "rate(otelcol_exporter_sent_spans[$__rate_interval])", legend: "{{instance}} stored" },
    ],
  },
  {
    title: "Reads from the store",
    description: "Reads per second by operation and result. Errors should be zero; look at the store's own dashboard.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      { expr: "rate(jaeger_storage_requests[$__rate_interval])", legend: "{{instance}} {{operation}} {{result}}" },
    ],
  },
  {
    title: "Mean time of a read",
    description:
      "Mean time of reads by operation. Well below a second is normal; searches over long ranges take longer.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: "rate(jaeger_storage_latency_sum[$__rate_interval]) / rate(jaeger_storage_latency_count[$__rate_interval])",
        legend: "{{instance}} {{operation}}",
      },
    ],
  },
]);
