import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the metrics port of each Fluentd", [
  {
    title: "Records sent",
    description:
      "Records per second that each output took. A line at zero while the application logs means that the source or the match is wrong.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "rate(fluentd_output_status_emit_records[$__rate_interval])",
        legend: "{{instance}} {{plugin_id}}",
      },
    ],
  },
  {
    title: "Errors",
    description: "Failed writes per second of each output. Zero is normal; the log of Fluentd names the reason.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      { expr: "rate(fluentd_output_status_num_errors[$__rate_interval])", legend: "{{instance}} {{plugin_id}}" },
    ],
  },
  {
    title: "Buffered",
    description:
      "Bytes that wait in the buffer of each output. Small and flat is normal; steady growth means that the far end is too slow or away.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: "fluentd_output_status_buffer_total_bytes", legend: "{{instance}} {{plugin_id}}" }],
  },
]);
