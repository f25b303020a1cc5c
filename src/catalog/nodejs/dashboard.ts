import type { Row } from "../../signals/panel.ts";

export const dashboard: readonly Row[] = [
  {
    title: "Requests",
    panels: [
      {
        title: "Instances",
        description:
          "Whether each instance answered the last scrape. When one is down, look at the journal of its unit.",
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "up", legend: "{{instance}}" }],
      },
      {
        title: "Errors now",
        description:
          "Share of the requests that end with a server error, over the last minutes. The SLO says how much is allowed.",
        type: "stat",
        unit: "percentunit",
        levels: { warning: 0.01, critical: 0.05 },
        queries: [
          {
            expr: '(sum by (service) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$__rate_interval])) or sum by (service) (rate(http_server_request_duration_seconds_count[$__rate_interval])) * 0) / sum by (service) (rate(http_server_request_duration_seconds_count[$__rate_interval]))',
            legend: "{{service}}",
          },
        ],
      },
      {
        title: "Up since",
        description:
          "When each process began. Young processes without a deployment are crashes: see the log of that time.",
        type: "stat",
        unit: "dateTimeAsIso",
        queries: [{ expr: "process_start_time_seconds * 1000", legend: "{{instance}}" }],
      },
      {
        title: "Requests by route",
        description: "Requests each second by route. A route that vanishes is as telling as one that grows.",
        type: "timeseries",
        unit: "reqps",
        min: 0,
        queries: [
          {
            expr: "sum by (service, http_request_method, http_route) (rate(http_server_request_duration_seconds_count[$__rate_interval]))",
            legend: "{{http_request_method}} {{http_route}}",
          },
        ],
      },
      {
        title: "Requests under way",
        description:
          "Requests that have begun and not ended. A rise without more requests by route means that they wait for something.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "http_server_active_requests", legend: "{{instance}}" }],
      },
      {
        title: "Requests by status",
        description: "Requests by status code. 5xx are our faults: open the traces of that time with the error filter.",
        type: "timeseries",
        unit: "reqps",
        min: 0,
        queries: [
          {
            expr: "sum by (service, http_response_status_code) (rate(http_server_request_duration_seconds_count[$__rate_interval]))",
            legend: "{{http_response_status_code}}",
          },
        ],
      },
      {
        title: "Time of a request",
        description:
          "Median and slowest hundredth. The points are exemplars: a click leads to the trace of one slow request.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "histogram_quantile(0.5, sum by (service, le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{service}} median",
          },
          {
            expr: "histogram_quantile(0.99, sum by (service, le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{service}} p99",
          },
        ],
      },
      {
        title: "Slowest routes, p99",
        description:
          "Time of the slowest hundredth by route. Compare with the calls to others below: what waits there is not slow itself.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "topk(8, histogram_quantile(0.99, sum by (service, http_route, le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval]))))",
            legend: "{{http_route}}",
          },
        ],
      },
      {
        title: "Calls to others, mean time",
        description:
          "Mean time of HTTP calls that the application makes, by who is called. A slow one here explains slow routes above.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "sum by (service, server_address) (rate(http_client_request_duration_seconds_sum[$__rate_interval])) / sum by (service, server_address) (rate(http_client_request_duration_seconds_count[$__rate_interval]))",
            legend: "{{server_address}}",
          },
        ],
      },
    ],
  },
  {
    title: "Process",
    panels: [
      {
        title: "Event loop lag, p99",
        description:
          "About 10 ms is idle: that is the resolution of the measurement. Above 100 ms some work blocks all requests: take a CPU profile.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [{ expr: "nodejs_eventloop_lag_p99_seconds", legend: "{{instance}}" }],
      },
      {
        title: "Heap: share of the limit",
        description: "Saw teeth are normal. Teeth whose feet rise are a leak: take two heap snapshots and compare.",
        type: "timeseries",
        unit: "percentunit",
        min: 0,
        max: 1,
        levels: { warning: 0.8, critical: 0.9 },
        queries: [{ expr: "nodejs_heap_size_used_bytes / nodejs_heap_size_limit_bytes", legend: "{{instance}}" }],
      },
      {
        title: "Time for garbage collection",
        description:
          "Share of the time spent on it, by kind. A few percent is normal; many major ones mean a full heap.",
        type: "timeseries",
        unit: "percentunit",
        min: 0,
        queries: [
          {
            expr: "rate(nodejs_gc_duration_seconds_sum[$__rate_interval])",
            legend: "{{instance}} {{exported_kind}}",
          },
        ],
      },
      {
        title: "CPU",
        description:
          "Cores in use. JavaScript itself cannot use more than one: near 1 the process is at its end, add instances.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{instance}}" }],
      },
      {
        title: "Memory",
        description:
          "Resident memory: heap, buffers and code. Growth while the heap is level is buffers or a native module.",
        type: "timeseries",
        unit: "bytes",
        min: 0,
        queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
      },
      {
        title: "Open files and connections",
        description: "Share of the allowed file descriptors. Steady growth is connections that nobody closes.",
        type: "timeseries",
        unit: "percentunit",
        min: 0,
        queries: [{ expr: "process_open_fds / process_max_fds", legend: "{{instance}}" }],
      },
    ],
  },
  {
    title: "Logs and spans on their way",
    panels: [
      {
        title: "Log records",
        description: "What the application logged and what has arrived. The two lines should lie on each other.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          { expr: "rate(telemetry_log_records_accepted_total[$__rate_interval])", legend: "{{instance}} accepted" },
          { expr: "rate(telemetry_log_records_delivered_total[$__rate_interval])", legend: "{{instance}} delivered" },
        ],
      },
      {
        title: "Log records that wait",
        description: "Records in the buffer. Near zero is normal; growth means that Elasticsearch is away or slow.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "telemetry_log_records_buffered", legend: "{{instance}}" }],
      },
      {
        title: "Spans",
        description:
          "Spans that ended and spans that were exported. With sampling in the application fewer are exported.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          { expr: "rate(telemetry_spans_ended_total[$__rate_interval])", legend: "{{instance}} ended" },
          { expr: "rate(telemetry_spans_exported_total[$__rate_interval])", legend: "{{instance}} exported" },
        ],
      },
      {
        title: "Lost records and spans",
        description:
          "Zero is normal. What is lost here is lost for good: the reason says whether a buffer was full or the far end refused. Lines on stdout are lost there only, where records are delivered beside it; their reader (the journal) is gone or too slow.",
        type: "timeseries",
        unit: "ops",
        min: 0,
        queries: [
          {
            expr: "rate(telemetry_log_records_dropped_total[$__rate_interval])",
            legend: "{{instance}} log records, {{reason}}",
          },
          {
            expr: "rate(telemetry_log_stdout_dropped_total[$__rate_interval])",
            legend: "{{instance}} lines on stdout",
          },
          { expr: "rate(telemetry_spans_dropped_total[$__rate_interval])", legend: "{{instance}} spans, {{reason}}" },
        ],
      },
    ],
  },
];
