import type { AlertTemplate } from "../../signals/alert.ts";

const plugin = '{pipeline="main",plugin="elasticsearch",plugin_id="out",plugin_type="output"}';
const pipeline = '{pipeline="main"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "LogstashExporterDown",
    expr: 'up{job="logstash"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The Logstash exporter on {{ $labels.host }} does not answer",
    description:
      "The exporter {{ $labels.instance }} has not answered for 5 minutes. Nothing is known of the Logstash beside it.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "LogstashDown",
    expr: "logstash_info_up == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Logstash on {{ $labels.host }} does not answer its exporter",
    description:
      "The exporter on {{ $labels.host }} is well but has had no answer from Logstash's API for 5 minutes. Shippers hold their logs back until it returns.",
    test: { fires: { logstash_info_up: 0 }, quiet: { logstash_info_up: 1 } },
  },
  {
    name: "LogstashPipelineStuck",
    expr: "rate(logstash_stats_pipeline_events_in[5m]) > 0 and rate(logstash_stats_pipeline_events_filtered[5m]) == 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "The pipeline {{ $labels.pipeline }} of Logstash on {{ $labels.host }} is stuck",
    description:
      "Events have come into {{ $labels.pipeline }} on {{ $labels.instance }} for 10 minutes and none has passed its filters.",
    test: {
      fires: {
        [`logstash_stats_pipeline_events_in${pipeline}`]: "0+60x600",
        [`logstash_stats_pipeline_events_filtered${pipeline}`]: 40,
      },
      quiet: {
        [`logstash_stats_pipeline_events_in${pipeline}`]: "0+60x600",
        [`logstash_stats_pipeline_events_filtered${pipeline}`]: "0+1x600",
      },
      afterSeconds: 60,
    },
  },
  {
    name: "LogstashDocumentsRefused",
    expr: "rate(logstash_stats_pipeline_plugin_documents_non_retryable_failures[5m]) > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "documents per second that Elasticsearch refuses for good" },
    about: "instance",
    summary: "Elasticsearch refuses documents of Logstash on {{ $labels.host }}",
    description:
      "Elasticsearch has refused documents of the output {{ $labels.plugin_id }} for good for 5 minutes, mostly for a field of the wrong type. They are dropped, or kept in the dead letter queue if that is on.",
    test: {
      fires: ({ threshold }) => ({
        [`logstash_stats_pipeline_plugin_documents_non_retryable_failures${plugin}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`logstash_stats_pipeline_plugin_documents_non_retryable_failures${plugin}`]: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "LogstashHeapHigh",
    expr: "logstash_stats_jvm_mem_heap_used_bytes / logstash_stats_jvm_mem_heap_max_bytes > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the heap in use" },
    about: "instance",
    summary: "Logstash on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its heap",
    description:
      "The heap of Logstash on {{ $labels.host }} has been nearly full for 15 minutes. It collects garbage instead of moving events and may die.",
    test: {
      fires: ({ threshold }) => ({
        logstash_stats_jvm_mem_heap_used_bytes: threshold * 1000000 + 1,
        logstash_stats_jvm_mem_heap_max_bytes: 1000000,
      }),
      quiet: ({ threshold }) => ({
        logstash_stats_jvm_mem_heap_used_bytes: threshold * 1000000 - 1,
        logstash_stats_jvm_mem_heap_max_bytes: 1000000,
      }),
    },
  },
];
