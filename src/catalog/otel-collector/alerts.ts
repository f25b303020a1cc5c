import type { AlertTemplate } from "../../signals/alert.ts";

const receiver = '{receiver="otlp",transport="http"}';
const exporter = '{exporter="otlphttp/spans"}';
const queue = '{exporter="otlphttp/spans",data_type="traces"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "OtelcolDown",
    expr: 'up{job="otel-collector"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The collector on {{ $labels.host }} does not answer",
    description:
      "The collector at {{ $labels.instance }} has not answered for 5 minutes. Applications that send to it keep their spans for a short while and then drop them.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "OtelcolRefusedSpans",
    expr: 'sum by (service, owner, host, instance) (rate(otelcol_receiver_refused_spans{job="otel-collector"}[5m])) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "refused spans per second" },
    about: "instance",
    summary: "The collector on {{ $labels.host }} refuses spans",
    description:
      "The collector at {{ $labels.instance }} has refused spans for 5 minutes, mostly because its memory limit is reached. Senders retry and then drop.",
    test: {
      fires: ({ threshold }) => ({
        [`otelcol_receiver_refused_spans${receiver}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`otelcol_receiver_refused_spans${receiver}`]: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "OtelcolExportFailed",
    expr: 'sum by (service, owner, host, instance, exporter) (rate(otelcol_exporter_send_failed_spans{job="otel-collector"}[5m])) > $threshold',
    for: "10m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "spans per second that could not be sent" },
    about: "instance",
    summary: "The collector on {{ $labels.host }} cannot deliver to {{ $labels.exporter }}",
    description:
      "Spans to {{ $labels.exporter }} have been given up on {{ $labels.host }} for 10 minutes: the store behind it is away or refuses them. They are lost.",
    test: {
      fires: ({ threshold }) => ({
        [`otelcol_exporter_send_failed_spans${exporter}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`otelcol_exporter_send_failed_spans${exporter}`]: 7 },
      afterSeconds: 60,
      firing: [{ exporter: "otlphttp/spans" }],
    },
  },
  {
    name: "OtelcolQueueNearlyFull",
    expr: 'otelcol_exporter_queue_size{job="otel-collector"} / (otelcol_exporter_queue_capacity{job="otel-collector"} > 0) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of an exporter's queue in use" },
    about: "instance",
    summary: "The queue to {{ $labels.exporter }} on {{ $labels.host }} is {{ $value | humanizePercentage }} full",
    description:
      "The collector on {{ $labels.host }} has not got rid of what it has for {{ $labels.exporter }} for 5 minutes. When the queue is full, new data is dropped.",
    test: {
      fires: ({ threshold }) => ({
        [`otelcol_exporter_queue_size${queue}`]: threshold * 1000 + 1,
        [`otelcol_exporter_queue_capacity${queue}`]: 1000,
      }),
      quiet: ({ threshold }) => ({
        [`otelcol_exporter_queue_size${queue}`]: threshold * 1000 - 1,
        [`otelcol_exporter_queue_capacity${queue}`]: 1000,
      }),
      firing: [{ exporter: "otlphttp/spans" }],
      // No queue.
      alsoQuiet: [{ [`otelcol_exporter_queue_size${queue}`]: 1, [`otelcol_exporter_queue_capacity${queue}`]: 0 }],
    },
  },
  {
    name: "OtelcolSpansDropped",
    expr: 'sum by (service, owner, host, instance, exporter) (rate(otelcol_exporter_enqueue_failed_spans{job="otel-collector"}[5m])) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "spans per second that no longer fit into the queue" },
    about: "instance",
    summary: "The collector on {{ $labels.host }} drops spans for {{ $labels.exporter }}",
    description:
      "The queue to {{ $labels.exporter }} on {{ $labels.host }} has been full for 5 minutes. Spans are lost, and traces have holes.",
    test: {
      fires: ({ threshold }) => ({
        [`otelcol_exporter_enqueue_failed_spans${exporter}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`otelcol_exporter_enqueue_failed_spans${exporter}`]: 7 },
      afterSeconds: 60,
      firing: [{ exporter: "otlphttp/spans" }],
    },
  },
];
