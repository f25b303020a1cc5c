import type { AlertTemplate } from "../../signals/alert.ts";

const read = (result: string): string => `{name="main",operation="find_traces",role="tracestore",result="${result}"}`;
const exporter = '{exporter="jaeger_storage_exporter"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "JaegerDown",
    expr: 'up{job="jaeger"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Jaeger on {{ $labels.host }} does not answer",
    description:
      "Jaeger at {{ $labels.instance }} has not answered for 5 minutes. Traces can be neither stored by it nor looked at.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "JaegerSpansNotStored",
    expr: 'sum by (service, owner, host, instance) (rate(otelcol_exporter_send_failed_spans{job="jaeger"}[5m])) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "spans per second that could not be stored" },
    about: "instance",
    summary: "Jaeger on {{ $labels.host }} cannot store spans",
    description: "The store behind {{ $labels.instance }} has refused spans for 5 minutes. They are lost.",
    test: {
      fires: ({ threshold }) => ({
        [`otelcol_exporter_send_failed_spans${exporter}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`otelcol_exporter_send_failed_spans${exporter}`]: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "JaegerStorageErrors",
    expr: 'sum by (service, owner, host, instance) (rate(jaeger_storage_requests{result="err"}[5m])) / sum by (service, owner, host, instance) (rate(jaeger_storage_requests[5m])) > $threshold',
    for: "10m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of reads from the store that fail" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of Jaeger's reads on {{ $labels.host }} fail",
    description:
      "Reads from the store behind {{ $labels.instance }} have failed for 10 minutes. People see errors where they look for traces.",
    test: {
      fires: ({ threshold }) => ({
        [`jaeger_storage_requests${read("err")}`]: `0+${threshold * 6000 + 60}x600`,
        [`jaeger_storage_requests${read("ok")}`]: `0+${(1 - threshold) * 6000}x600`,
      }),
      quiet: ({ threshold }) => ({
        [`jaeger_storage_requests${read("err")}`]: `0+${threshold * 6000 - 60}x600`,
        [`jaeger_storage_requests${read("ok")}`]: `0+${(1 - threshold) * 6000}x600`,
      }),
      afterSeconds: 60,
    },
  },
  {
    name: "JaegerStorageSlow",
    // The buckets of this histogram begin at 5 seconds: a quantile would say nothing.
    expr: "sum by (service, owner, host, instance) (rate(jaeger_storage_latency_sum[5m])) / (sum by (service, owner, host, instance) (rate(jaeger_storage_latency_count[5m])) > 0) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 1, unit: "seconds", meaning: "mean time of a read from the store" },
    about: "instance",
    summary: "Jaeger's store behind {{ $labels.host }} takes {{ $value | humanizeDuration }} to answer",
    description:
      "Reads from the store behind {{ $labels.instance }} have been slow for 10 minutes. Searches time out where they cover more than a few traces.",
    test: {
      fires: ({ threshold }) => ({
        [`jaeger_storage_latency_sum${read("ok")}`]: `0+${threshold * 660}x600`,
        [`jaeger_storage_latency_count${read("ok")}`]: "0+600x600",
      }),
      quiet: ({ threshold }) => ({
        [`jaeger_storage_latency_sum${read("ok")}`]: `0+${threshold * 540}x600`,
        [`jaeger_storage_latency_count${read("ok")}`]: "0+600x600",
      }),
      afterSeconds: 60,
      // Nothing was read.
      alsoQuiet: [
        { [`jaeger_storage_latency_sum${read("ok")}`]: "0+600x600", [`jaeger_storage_latency_count${read("ok")}`]: 0 },
      ],
    },
  },
];
