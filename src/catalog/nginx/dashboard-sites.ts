import type { Row } from "../../signals/panel.ts";

/** What clients get, by site and route. */
export const sites: Row = {
  title: "Sites",
  panels: [
    {
      title: "Requests by site",
      description: "Requests per second by server name, over all balancers. Compare with the same hour of other days.",
      type: "timeseries",
      unit: "reqps",
      stacked: true,
      queries: [
        {
          expr: "sum by (service, server_name) (rate(nginx_http_server_requests_total[$__rate_interval]))",
          legend: "{{server_name}}",
        },
      ],
    },
    {
      title: "Requests by status",
      description:
        "Requests per second by class of status. 1xx are websockets; a wave of 4xx is often a client release or a scan, 5xx come from services: see upstream errors.",
      type: "timeseries",
      unit: "reqps",
      stacked: true,
      queries: [
        {
          expr: "sum by (service, status_class) (rate(nginx_http_server_requests_total[$__rate_interval]))",
          legend: "{{status_class}}",
        },
      ],
    },
    {
      title: "5xx ratio",
      description:
        "Share of requests that fail, by server name. Normal is below 0.1 %. Find the route in the table below and the instance under upstreams.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      levels: { warning: 0.01, critical: 0.05 },
      queries: [
        {
          expr: 'sum by (service, server_name) (rate(nginx_http_server_requests_total{status_class="5xx"}[$__rate_interval])) / sum by (service, server_name) (rate(nginx_http_server_requests_total[$__rate_interval]))',
          legend: "{{server_name}}",
        },
      ],
    },
    {
      title: "Latency",
      description:
        "Time from the first byte of a request to the last byte of the answer: median and p99 by server name. Slow clients count here; compare with upstream latency.",
      type: "timeseries",
      unit: "s",
      queries: [
        {
          expr: "histogram_quantile(0.5, sum by (service, server_name, le) (rate(nginx_http_server_request_duration_seconds_bucket[$__rate_interval])))",
          legend: "{{server_name}} p50",
        },
        {
          expr: "histogram_quantile(0.99, sum by (service, server_name, le) (rate(nginx_http_server_request_duration_seconds_bucket[$__rate_interval])))",
          legend: "{{server_name}} p99",
        },
      ],
    },
    {
      title: "Busiest routes",
      description:
        "Requests per second and failures by route, as the inventory names them. Start here when a site fails.",
      type: "table",
      unit: "reqps",
      queries: [
        {
          expr: "topk(20, sum by (service, server_name, route, status_class) (rate(nginx_http_server_requests_total[$__rate_interval])))",
          legend: "{{server_name}}{{route}} {{status_class}}",
        },
      ],
    },
  ],
};

/** What services answer, by instance. */
export const upstreams: Row = {
  title: "Upstreams",
  panels: [
    {
      title: "Upstream latency p99",
      description:
        "How long services take to answer nginx. If this is low while site latency is high, clients or the line are slow; if it is high, open the dashboard of the service.",
      type: "timeseries",
      unit: "s",
      queries: [
        {
          expr: "histogram_quantile(0.99, sum by (service, upstream, le) (rate(nginx_http_upstream_response_duration_seconds_bucket[$__rate_interval])))",
          legend: "{{upstream}}",
        },
      ],
    },
    {
      title: "Failed attempts by instance",
      description:
        "Attempts per second that an instance refused or answered with 5xx. One instance alone is broken; all instances of a service together point at what it depends on.",
      type: "timeseries",
      unit: "reqps",
      queries: [
        {
          expr: 'sum by (service, upstream, peer) (rate(nginx_http_upstream_attempts_total{status_class="5xx"}[$__rate_interval]))',
          legend: "{{upstream}} {{peer}}",
        },
      ],
    },
    {
      title: "Attempts by instance",
      description:
        "How requests spread over instances. Backup instances have none until the others fail; an instance without any is drained or thought dead.",
      type: "timeseries",
      unit: "reqps",
      stacked: true,
      queries: [
        {
          expr: "sum by (service, upstream, peer) (rate(nginx_http_upstream_attempts_total[$__rate_interval]))",
          legend: "{{upstream}} {{peer}}",
        },
      ],
    },
    {
      title: "Requests without an instance",
      description: "Requests per second that were answered with 502 because no instance was left. Always 0 when well.",
      type: "timeseries",
      unit: "reqps",
      levels: { warning: 0.001, critical: 1 },
      queries: [
        {
          expr: "sum by (service, server_name, upstream) (rate(nginx_http_upstream_unavailable_total[$__rate_interval]))",
          legend: "{{server_name}} {{upstream}}",
        },
      ],
    },
  ],
};

/** What the web application firewall does. */
export const firewall: Row = {
  title: "Firewall",
  panels: [
    {
      title: "Engine mode",
      description: "What the firewall does by host and site. It is what the inventory says; off is an alert.",
      type: "state-timeline",
      unit: "none",
      mappings: { "0": "off", "1": "detect", "2": "block" },
      levels: { warning: 2, critical: 1, lowIsBad: true },
      queries: [
        {
          expr: 'sum by (service, host, server_name) (2 * waf_engine_mode{mode="block"} or waf_engine_mode{mode="detect"})',
          legend: "{{host}} {{server_name}}",
        },
      ],
    },
    {
      title: "Blocked requests by rule",
      description:
        "Requests per second that were refused, by the first rule that matched. Search the audit log for the rule's id to see paths and clients.",
      type: "timeseries",
      unit: "reqps",
      stacked: true,
      queries: [
        {
          expr: "sum by (service, server_name, rule_id) (rate(waf_blocked_requests_total[$__rate_interval]))",
          legend: "{{server_name}} {{rule_id}}",
        },
      ],
    },
    {
      title: "Detected, not blocked",
      description:
        "Requests per second that match rules in mode detect. Before you switch to block, this should be only attacks.",
      type: "timeseries",
      unit: "reqps",
      stacked: true,
      queries: [
        {
          expr: "sum by (service, server_name, rule_id) (rate(waf_detected_requests_total[$__rate_interval]))",
          legend: "{{server_name}} {{rule_id}}",
        },
      ],
    },
    {
      title: "Ordinary users stopped, by rule",
      description:
        "Clients of the last hour that had good requests before a rule stopped them. High values suggest an exclusion: see WafFalsePositiveSuspect.",
      type: "bargauge",
      unit: "short",
      queries: [
        {
          expr: "sum by (service, server_name, rule_id) (waf_rule_suspect_clients)",
          legend: "{{server_name}} {{rule_id}}",
        },
      ],
    },
  ],
};
