import type { AlertTemplate, CaseSeries } from "../../signals/alert.ts";
import { above, below } from "./counts.ts";
import { wafAlerts } from "./waf-alerts.ts";

const requests = "nginx_http_server_requests_total";
const site = 'server_name="api.example.org",route="/"';

/** Requests per minute of one site, of which some end with 5xx. */
function traffic(failed: number, total: number): CaseSeries {
  return {
    [`${requests}{${site},status_class="5xx"}`]: `0+${failed}x900`,
    [`${requests}{${site},status_class="2xx"}`]: `0+${total - failed}x900`,
  };
}

/** Attempts per minute at one instance, of which some fail. */
function attempts(failed: number, total: number): CaseSeries {
  const peer = 'upstream="gateway",peer="app1:3000"';
  return {
    [`nginx_http_upstream_attempts_total{${peer},status_class="5xx"}`]: `0+${failed}x900`,
    [`nginx_http_upstream_attempts_total{${peer},status_class="2xx"}`]: `0+${total - failed}x900`,
  };
}

/** Requests per minute of one site, and how many of them are answered within the threshold; the others take longer. */
function latency(threshold: number, within: number, total: number): CaseSeries {
  const metric = "nginx_http_server_request_duration_seconds";
  return {
    [`${metric}_bucket{${site},le="${threshold}"}`]: `0+${within}x900`,
    [`${metric}_bucket{${site},le="${threshold * 2}"}`]: `0+${total}x900`,
    [`${metric}_bucket{${site},le="+Inf"}`]: `0+${total}x900`,
    [`${metric}_count{${site}}`]: `0+${total}x900`,
  };
}

/** Gaps of the access log. */
function gaps(values: string): CaseSeries {
  return { 'nginx_access_log_gaps_total{log="access"}': values };
}

const statusAlerts: readonly AlertTemplate[] = [
  {
    name: "NginxDown",
    expr: "nginx_up == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "nginx of {{ $labels.service }} does not answer on {{ $labels.host }}",
    description:
      "The exporter runs, but nginx has not answered its status page on {{ $labels.host }} for a minute: it is stopped, hangs, or has no free connection left.",
    test: { fires: { nginx_up: 0 }, quiet: { nginx_up: 1 } },
  },
  {
    name: "NginxExporterDown",
    expr: 'up{job="nginx"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "An exporter of {{ $labels.service }} is down: {{ $labels.instance }}",
    description:
      "Prometheus cannot scrape {{ $labels.instance }}. Port 9113 is the status exporter, 9741 the access log exporter. What nginx does there is unknown until it answers.",
    test: { fires: { 'up{job="nginx"}': 0 }, quiet: { 'up{job="nginx"}': 1 } },
  },
  {
    name: "NginxConnectionsDropped",
    // Not the difference of two rates: near a restart each is extrapolated from another first value.
    expr: `
      (nginx_connections_accepted - nginx_connections_handled)
        - (nginx_connections_accepted offset 5m - nginx_connections_handled offset 5m) > $threshold`,
    // The two are counted one after the other: a scrape in between sees one more for once.
    for: "1m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "connections accepted and closed unserved within five minutes" },
    about: "instance",
    summary: "nginx drops connections on {{ $labels.host }} ({{ $labels.service }})",
    description:
      "Within five minutes nginx on {{ $labels.host }} has closed {{ $value }} connections right after it accepted them, because its workers had no connection or no file descriptor left.",
    test: {
      fires: ({ threshold }) => ({
        nginx_connections_accepted: `100+${600 + Math.floor(threshold / 5) + 1}x900`,
        nginx_connections_handled: "100+600x900",
      }),
      quiet: { nginx_connections_accepted: "105+600x900", nginx_connections_handled: "100+600x900" },
      afterSeconds: 300,
    },
  },
];

const accessAlerts: readonly AlertTemplate[] = [
  {
    name: "NginxConnectionsSaturated",
    needs: ["nginx_worker_connections_limit"],
    expr: "nginx_connections_active / on (service, host) group_left () nginx_worker_connections_limit > $threshold",
    for: "5m",
    severity: "warning",
    threshold: {
      default: 0.4,
      unit: "ratio",
      meaning: "client connections by worker_connections of all workers; a proxied request takes a second one",
    },
    about: "instance",
    summary: "nginx runs out of connections on {{ $labels.host }} ({{ $labels.service }})",
    description:
      "Clients hold {{ $value | humanizePercentage }} of all connections of the workers on {{ $labels.host }}. A request that is passed on takes another one, so at half of them nginx begins to refuse.",
    test: {
      fires: ({ threshold }) => ({
        nginx_connections_active: above(threshold, 16_384),
        'nginx_worker_connections_limit{instance="a:9741"}': 16_384,
      }),
      quiet: ({ threshold }) => ({
        nginx_connections_active: below(threshold, 16_384),
        'nginx_worker_connections_limit{instance="a:9741"}': 16_384,
      }),
    },
  },
  {
    name: "Nginx5xxRatioHigh",
    needs: [requests],
    expr: `
      sum by (service, owner, server_name) (rate(nginx_http_server_requests_total{status_class="5xx"}[5m]))
        / sum by (service, owner, server_name) (rate(nginx_http_server_requests_total[5m])) > $threshold
      and sum by (service, owner, server_name) (rate(nginx_http_server_requests_total[5m])) > 0.1`,
    for: "5m",
    severity: "critical",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of requests that end with a status of 500 or more" },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of requests to {{ $labels.server_name }} fail ({{ $labels.service }})",
    description:
      "For five minutes {{ $value | humanizePercentage }} of the requests to {{ $labels.server_name }} have ended with 5xx, over all balancers of {{ $labels.service }}.",
    test: {
      fires: ({ threshold }) => traffic(above(threshold, 1000), 1000),
      quiet: ({ threshold }) => traffic(below(threshold, 1000), 1000),
      afterSeconds: 60,
      // One request in a minute, and it failed.
      alsoQuiet: [traffic(1, 1)],
    },
  },
  {
    name: "NginxLatencyP99High",
    needs: ["nginx_http_server_request_duration_seconds"],
    expr: `
      histogram_quantile(0.99,
        sum by (service, owner, server_name, le) (rate(nginx_http_server_request_duration_seconds_bucket[5m]))
      ) > $threshold
      and sum by (service, owner, server_name) (increase(nginx_http_server_request_duration_seconds_count[5m])) > 100`,
    for: "10m",
    severity: "warning",
    threshold: { default: 2, unit: "seconds", meaning: "time that the slowest hundredth of the requests takes" },
    about: "service",
    summary: "{{ $labels.server_name }} is slow: p99 is {{ $value | humanizeDuration }} ({{ $labels.service }})",
    description:
      "One request in a hundred to {{ $labels.server_name }} has taken longer than {{ $value | humanizeDuration }} for ten minutes, seen from the balancer.",
    test: {
      fires: ({ threshold }) => latency(threshold, 980, 1000),
      quiet: ({ threshold }) => latency(threshold, 990, 1000),
      // A slow request each minute, of three: of so few the slowest hundredth is any one of them.
      alsoQuiet: [({ threshold }) => latency(threshold, 2, 3)],
      afterSeconds: 60,
    },
  },
  {
    name: "NginxUpstreamDown",
    needs: ["nginx_http_upstream_attempts_total"],
    expr: `
      sum by (service, owner, upstream, peer) (rate(nginx_http_upstream_attempts_total{status_class="5xx"}[5m]))
        / sum by (service, owner, upstream, peer) (rate(nginx_http_upstream_attempts_total[5m])) > $threshold`,
    for: "5m",
    severity: "warning",
    threshold: { default: 0.5, unit: "ratio", meaning: "share of attempts at one instance that fail" },
    about: "service",
    summary: "{{ $labels.peer }} of {{ $labels.upstream }} fails requests of {{ $labels.service }}",
    description:
      "{{ $value | humanizePercentage }} of what the balancers sent to {{ $labels.peer }} ended with 5xx or was refused. Clients may not notice yet, because other instances of {{ $labels.upstream }} answer in its place.",
    test: {
      fires: ({ threshold }) => attempts(above(threshold, 1000), 1000),
      quiet: ({ threshold }) => attempts(below(threshold, 1000), 1000),
      afterSeconds: 60,
    },
  },
  {
    name: "NginxNoHealthyUpstream",
    needs: ["nginx_http_upstream_unavailable_total"],
    // A request that found nobody counts for two minutes: so it goes on for a minute at least, longer than a restart.
    expr: "sum by (service, owner, server_name, upstream) (rate(nginx_http_upstream_unavailable_total[2m])) > $threshold",
    for: "3m",
    severity: "critical",
    threshold: { default: 0, unit: "count", meaning: "requests per second that find no instance to go to" },
    about: "service",
    summary: "No instance of {{ $labels.upstream }} takes requests for {{ $labels.server_name }}",
    description:
      "For minutes nginx of {{ $labels.service }} has found no instance of {{ $labels.upstream }} that takes requests, and answers 502 at once: {{ $value | humanize }} requests per second.",
    test: {
      fires: ({ threshold }) => ({
        [`nginx_http_upstream_unavailable_total{${site},upstream="gateway"}`]: `0+${60 * (threshold + 6)}x900`,
      }),
      quiet: { [`nginx_http_upstream_unavailable_total{${site},upstream="gateway"}`]: 7 },
      // All of them were restarted at once, and back within a minute.
      alsoQuiet: [{ [`nginx_http_upstream_unavailable_total{${site},upstream="gateway"}`]: "0 500x900" }],
      afterSeconds: 60,
    },
  },
  {
    name: "NginxAccessLogStalled",
    needs: ["nginx_access_log_lines_total"],
    expr: `
      rate(nginx_http_requests_total[10m]) > $threshold
      and on (service, host) rate(nginx_access_log_lines_total[10m]) == 0`,
    for: "5m",
    severity: "warning",
    threshold: { default: 1, unit: "count", meaning: "requests per second from which lines must arrive" },
    about: "instance",
    summary: "The access log of {{ $labels.service }} is not read on {{ $labels.host }}",
    description:
      "nginx on {{ $labels.host }} serves {{ $value | humanize }} requests per second, but no line of its access log has been counted for ten minutes. Alerts on errors and latency are blind for this balancer.",
    test: {
      fires: ({ threshold }) => ({
        nginx_http_requests_total: `0x10 ${660 * threshold + 1}+${66 * threshold + 0.2}x900`,
        'nginx_access_log_lines_total{instance="a:9741"}': 5000,
      }),
      // Hardly a request comes; or many come, and lines with them.
      quiet: ({ threshold }) => ({
        nginx_http_requests_total: `0+${54 * threshold}x900`,
        'nginx_access_log_lines_total{instance="a:9741"}': 5000,
      }),
      alsoQuiet: [
        { nginx_http_requests_total: "0+6000x900", 'nginx_access_log_lines_total{instance="a:9741"}': "0+1x900" },
      ],
      afterSeconds: 660,
    },
  },
  {
    name: "NginxAccessLogUnreadable",
    needs: ["nginx_access_log_parse_errors_total"],
    expr: "rate(nginx_access_log_parse_errors_total[5m]) / rate(nginx_access_log_lines_total[5m]) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.01, unit: "ratio", meaning: "share of lines of the access log that are not understood" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of access log lines on {{ $labels.host }} cannot be read",
    description:
      "The access log exporter on {{ $labels.host }} does not understand {{ $value | humanizePercentage }} of the lines of {{ $labels.service }}, so requests are missing from rates, errors and latency.",
    test: {
      fires: ({ threshold }) => ({
        nginx_access_log_parse_errors_total: `0+${above(threshold, 1000)}x900`,
        nginx_access_log_lines_total: "0+1000x900",
      }),
      quiet: ({ threshold }) => ({
        nginx_access_log_parse_errors_total: `0+${below(threshold, 1000)}x900`,
        nginx_access_log_lines_total: "0+1000x900",
      }),
      afterSeconds: 60,
    },
  },
  {
    name: "NginxAccessLogGap",
    needs: ["nginx_access_log_gaps_total"],
    // Not increase(): most gaps are found when the exporter starts after days, and its first sample has them already.
    expr: `
      nginx_access_log_gaps_total
        - last_over_time(nginx_access_log_gaps_total[7d] offset 1h) > $threshold`,
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "files of a log that were gone before they were read" },
    about: "instance",
    summary: "Lines of the {{ $labels.log }} log were lost to the exporter on {{ $labels.host }}",
    description:
      "{{ $value }} files of the {{ $labels.log }} log of {{ $labels.service }} on {{ $labels.host }} were deleted, compressed or cut off before they were read to their end. What stood in them is in no count of requests, errors or blocked attacks.",
    test: {
      fires: ({ threshold }) => gaps(`0x180 ${threshold + 1}x900`),
      // The exporter did not run for two hours, and says it with its first sample.
      alsoFires: [({ threshold }) => gaps(`0x60 _x120 ${threshold + 1}x900`)],
      quiet: ({ threshold }) => gaps(`3x180 ${threshold + 3}x900`),
      // Its state was lost, and it counts from 0 again.
      alsoQuiet: [gaps("5x180 0x900")],
      afterSeconds: 10_860,
    },
  },
];

/** Alerts on the status page, on what the access log says, and on the firewall. */
export const alerts: readonly AlertTemplate[] = [...statusAlerts, ...accessAlerts, ...wafAlerts];
