import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the exporter of each Logstash", [
  {
    title: "Events in and out",
    description:
      "Events per second by pipeline. Out below in is normal only where filters drop; otherwise the output is the bottleneck.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "rate(logstash_stats_pipeline_events_in[$__rate_interval])",
        legend: "{{instance}} {{pipeline}} in",
      },
      {
        expr: "rate(logstash_stats_pipeline_events_out[$__rate_interval])",
        legend: "{{instance}} {{pipeline}} out",
      },
    ],
  },
  {
    title: "Documents refused for good",
    description:
      "Documents per second that Elasticsearch will never take. Zero is normal; the log of Logstash shows the first of them.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "rate(logstash_stats_pipeline_plugin_documents_non_retryable_failures[$__rate_interval])",
        legend: "{{instance}} {{pipeline}} {{plugin_id}}",
      },
    ],
  },
  {
    title: "Heap",
    description:
      "Heap in use by its size. A saw-tooth is normal; above 90 % for long, give it more memory or smaller batches.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.8, critical: 0.9 },
    queries: [
      {
        expr: "logstash_stats_jvm_mem_heap_used_bytes / logstash_stats_jvm_mem_heap_max_bytes",
        legend: "{{instance}}",
      },
    ],
  },
]);
