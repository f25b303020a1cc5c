import type { AlertTemplate, CaseSeries } from "../../signals/alert.ts";

const served = (status: string): string =>
  `http_server_request_duration_seconds_count{http_request_method="GET",http_route="/orders/:id",http_response_status_code="${status}"}`;

const service: readonly AlertTemplate[] = [
  {
    name: "AppDown",
    expr: 'up{job="nodejs"} == 0',
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} does not answer",
    description: "{{ $labels.instance }} cannot be scraped: the process is gone, hangs, or its port cannot be reached.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "AppUnavailable",
    expr: 'max by (service, owner) (up{job="nodejs"}) == 0',
    for: "1m",
    severity: "critical",
    about: "service",
    summary: "No instance of {{ $labels.service }} answers",
    description: "Not one instance of {{ $labels.service }} answers a scrape. Users get errors.",
    test: {
      fires: { 'up{host="a",instance="a:3000"}': 0, 'up{host="b",instance="b:3000"}': 0 },
      quiet: { 'up{host="a",instance="a:3000"}': 0, 'up{host="b",instance="b:3000"}': 1 },
    },
  },
  {
    name: "AppErrorRatio",
    expr: `
sum by (service, owner) (rate(http_server_request_duration_seconds_count{job="nodejs",http_response_status_code=~"5.."}[5m]))
  /
sum by (service, owner) (rate(http_server_request_duration_seconds_count{job="nodejs"}[5m])) > $threshold
  and on (service, owner)
sum by (service, owner) (increase(http_server_request_duration_seconds_count{job="nodejs"}[5m])) > 30`.trim(),
    for: "5m",
    severity: "critical",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of requests that end with status 5xx" },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail",
    description: "{{ $labels.service }} answers {{ $value | humanizePercentage }} of its requests with a server error.",
    test: {
      fires: ({ threshold }) => ({
        [served("500")]: `0+${600 * threshold + 6}x600`,
        [served("200")]: `0+${600 * (1 - threshold) - 6}x600`,
      }),
      quiet: ({ threshold }) => ({
        [served("500")]: `0+${570 * threshold}x600`,
        [served("200")]: `0+${600 - 570 * threshold}x600`,
      }),
      afterSeconds: 60,
      // Too few requests to say anything.
      alsoQuiet: [{ [served("500")]: "0+4x600", [served("200")]: "0+1x600" }],
    },
  },
  {
    name: "AppLatencyP99",
    expr: `
histogram_quantile(0.99, sum by (service, owner, le) (rate(http_server_request_duration_seconds_bucket{job="nodejs"}[5m]))) > $threshold
  and on (service, owner)
sum by (service, owner) (increase(http_server_request_duration_seconds_count{job="nodejs"}[5m])) > 100`.trim(),
    for: "10m",
    severity: "warning",
    threshold: { default: 1, unit: "seconds", meaning: "time of the slowest hundredth of requests" },
    about: "service",
    summary: "The slowest requests to {{ $labels.service }} take {{ $value | humanizeDuration }}",
    description:
      "The slowest hundredth of the requests to {{ $labels.service }} takes {{ $value | humanizeDuration }} or more.",
    test: {
      fires: ({ threshold }) => latency(threshold, threshold * 1.2, 60),
      quiet: ({ threshold }) => latency(threshold / 2, threshold, 60),
      // Of so few requests the slowest hundredth is any one of them.
      alsoQuiet: [({ threshold }) => latency(threshold, threshold * 1.2, 15)],
      afterSeconds: 120,
    },
  },
];

const process: readonly AlertTemplate[] = [
  {
    name: "NodejsEventLoopLagHigh",
    expr: 'nodejs_eventloop_lag_p99_seconds{job="nodejs"} > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0.1, unit: "seconds", meaning: "99th percentile of the event loop's lag" },
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} blocks its event loop",
    description:
      "The event loop of {{ $labels.instance }} is late by {{ $value | humanizeDuration }}. All its requests wait for some long piece of work.",
    test: {
      fires: ({ threshold }) => ({ nodejs_eventloop_lag_p99_seconds: threshold * 1.05 }),
      quiet: ({ threshold }) => ({ nodejs_eventloop_lag_p99_seconds: threshold }),
    },
  },
  {
    name: "NodejsHeapNearLimit",
    expr: 'nodejs_heap_size_used_bytes{job="nodejs"} / nodejs_heap_size_limit_bytes > $threshold',
    for: "10m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the heap's limit that is used" },
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its heap",
    description: "The heap of {{ $labels.instance }} stays near its limit. At the limit Node.js ends the process.",
    test: {
      fires: ({ threshold }) => ({
        nodejs_heap_size_used_bytes: 1_000_000 * threshold + 1,
        nodejs_heap_size_limit_bytes: 1_000_000,
      }),
      quiet: ({ threshold }) => ({
        nodejs_heap_size_used_bytes: 1_000_000 * threshold - 1,
        nodejs_heap_size_limit_bytes: 1_000_000,
      }),
    },
  },
  {
    name: "NodejsGcTimeHigh",
    expr: 'sum without (exported_kind) (rate(nodejs_gc_duration_seconds_sum{job="nodejs"}[5m])) > $threshold',
    for: "10m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of time spent on garbage collection" },
    about: "instance",
    summary:
      "{{ $labels.service }} on {{ $labels.host }} collects garbage {{ $value | humanizePercentage }} of the time",
    description:
      "{{ $labels.instance }} spends {{ $value | humanizePercentage }} of its time on garbage collection: the heap is too small or something leaks.",
    test: {
      fires: ({ threshold }) => ({
        'nodejs_gc_duration_seconds_sum{exported_kind="major"}': `0+${60 * threshold}x600`,
        'nodejs_gc_duration_seconds_sum{exported_kind="minor"}': `0+${6 * threshold}x600`,
      }),
      quiet: ({ threshold }) => ({
        'nodejs_gc_duration_seconds_sum{exported_kind="major"}': `0+${50 * threshold}x600`,
        'nodejs_gc_duration_seconds_sum{exported_kind="minor"}': `0+${6 * threshold}x600`,
      }),
      afterSeconds: 300,
    },
  },
  {
    name: "NodejsRestarting",
    expr: 'changes(process_start_time_seconds{job="nodejs"}[15m]) > 2',
    for: "0s",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} restarts again and again",
    description: "The process of {{ $labels.instance }} has begun anew {{ $value }} times in 15 minutes.",
    test: {
      fires: { process_start_time_seconds: "100+60x600" },
      quiet: { process_start_time_seconds: "100 160 220x600" },
      afterSeconds: 180,
    },
  },
  {
    name: "NodejsFileDescriptorsNearLimit",
    expr: 'process_open_fds{job="nodejs"} / process_max_fds > $threshold',
    for: "10m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of the allowed file descriptors that is open" },
    about: "instance",
    summary:
      "{{ $labels.service }} on {{ $labels.host }} has {{ $value | humanizePercentage }} of its file descriptors open",
    description:
      "{{ $labels.instance }} stays near its limit of open files and connections. At the limit it takes no more connections.",
    test: {
      fires: ({ threshold }) => ({ process_open_fds: 10_000 * threshold + 1, process_max_fds: 10_000 }),
      quiet: ({ threshold }) => ({ process_open_fds: 10_000 * threshold - 1, process_max_fds: 10_000 }),
    },
  },
];

const telemetry: readonly AlertTemplate[] = [
  {
    name: "LogDeliveryFailing",
    expr: "telemetry_log_records_buffered > 0 and rate(telemetry_log_records_delivered_total[5m]) == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} cannot deliver its log",
    description:
      "{{ $labels.instance }} holds {{ $value }} log records and has delivered none for 5 minutes. They are kept until the buffer is full.",
    test: {
      fires: { telemetry_log_records_buffered: 100, telemetry_log_records_delivered_total: 5000 },
      quiet: { telemetry_log_records_buffered: 100, telemetry_log_records_delivered_total: "5000+1x600" },
      afterSeconds: 60,
      alsoQuiet: [{ telemetry_log_records_buffered: 0, telemetry_log_records_delivered_total: 5000 }],
    },
  },
  {
    name: "LogRecordsDropped",
    expr: "increase(telemetry_log_records_dropped_total[10m]) > 0",
    for: "0s",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} drops log records",
    description:
      "{{ $labels.instance }} dropped {{ $value | humanize }} log records in 10 minutes, for the reason {{ $labels.reason }}. They are lost.",
    test: {
      fires: { 'telemetry_log_records_dropped_total{reason="buffer-full"}': "0+1x600" },
      quiet: { 'telemetry_log_records_dropped_total{reason="buffer-full"}': 40 },
      afterSeconds: 60,
      firing: [{ reason: "buffer-full" }],
    },
  },
  {
    name: "LogRecordsDeadLettered",
    expr: "increase(telemetry_log_records_dead_lettered_total[30m]) > 0",
    for: "0s",
    severity: "info",
    about: "instance",
    summary: "Elasticsearch refuses log records of {{ $labels.service }} on {{ $labels.host }}",
    description:
      "Elasticsearch refused {{ $value | humanize }} log records of {{ $labels.instance }} in half an hour. They stand in the dead letter file and can be sent again.",
    test: {
      fires: { telemetry_log_records_dead_lettered_total: "0+1x600" },
      quiet: { telemetry_log_records_dead_lettered_total: 40 },
      afterSeconds: 60,
    },
  },
  {
    name: "SpanExportFailing",
    expr: "telemetry_spans_queued > 0 and rate(telemetry_spans_exported_total[5m]) == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} cannot export its spans",
    description:
      "{{ $labels.instance }} holds {{ $value }} spans and has exported none for 5 minutes. Traces are incomplete.",
    test: {
      fires: { telemetry_spans_queued: 100, telemetry_spans_exported_total: 5000 },
      quiet: { telemetry_spans_queued: 100, telemetry_spans_exported_total: "5000+1x600" },
      afterSeconds: 60,
      alsoQuiet: [{ telemetry_spans_queued: 0, telemetry_spans_exported_total: 5000 }],
    },
  },
  {
    name: "SpansDropped",
    expr: "rate(telemetry_spans_dropped_total[5m]) > 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} drops spans",
    description:
      "{{ $labels.instance }} drops {{ $value | humanize }} spans each second, for the reason {{ $labels.reason }}. Traces have holes.",
    test: {
      fires: { 'telemetry_spans_dropped_total{reason="queue-full"}': "0+1x600" },
      quiet: { 'telemetry_spans_dropped_total{reason="queue-full"}': 40 },
      afterSeconds: 60,
      firing: [{ reason: "queue-full" }],
    },
  },
  {
    name: "InstrumentationMissing",
    expr: "telemetry_instrumentation_patched == 0",
    for: "15m",
    severity: "info",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} is blind for {{ $labels.module }}",
    description:
      "The telemetry library of {{ $labels.instance }} could not instrument {{ $labels.module }}: its calls are in no trace.",
    test: {
      fires: { 'telemetry_instrumentation_patched{module="mysql2"}': 0 },
      quiet: { 'telemetry_instrumentation_patched{module="mysql2"}': 1 },
      firing: [{ module: "mysql2" }],
    },
  },
  {
    name: "MetricSeriesLimited",
    expr: "increase(telemetry_metric_series_limited_total[30m]) > 0",
    for: "0s",
    severity: "info",
    about: "instance",
    summary: "A metric of {{ $labels.service }} on {{ $labels.host }} has too many label sets",
    description:
      "Further label sets of {{ $labels.metric }} of {{ $labels.instance }} are counted together as other, so its series no longer tell them apart.",
    test: {
      fires: { 'telemetry_metric_series_limited_total{metric="orders_total"}': "0+1x600" },
      quiet: { 'telemetry_metric_series_limited_total{metric="orders_total"}': 40 },
      afterSeconds: 60,
      firing: [{ metric: "orders_total" }],
    },
  },
];

export const alerts: readonly AlertTemplate[] = [...service, ...process, ...telemetry];

/** So many requests a minute, each of which took between the two times. */
function latency(from: number, to: number, perMinute: number): CaseSeries {
  const labels = 'http_request_method="GET",http_route="/orders/:id",http_response_status_code="200"';
  const bucket = (le: string): string => `http_server_request_duration_seconds_bucket{${labels},le="${le}"}`;
  const all = `0+${perMinute}x600`;
  return {
    [bucket(String(from))]: "0x600",
    [bucket(String(to))]: all,
    [bucket("+Inf")]: all,
    [`http_server_request_duration_seconds_count{${labels}}`]: all,
  };
}
