import type { Panel, Row } from "../../signals/panel.ts";
import { firewall, sites, upstreams } from "./dashboard-sites.ts";
import { type NginxSettings, usesWaf } from "./settings.ts";

const overview: Row = {
  title: "Overview",
  panels: [
    {
      title: "nginx up",
      description:
        "Whether nginx answers its status page, for each host. 1 everywhere is normal; at 0 read error.log on that host.",
      type: "stat",
      unit: "bool_yes_no",
      queries: [{ expr: "nginx_up", legend: "{{host}}" }],
      levels: { warning: 1, critical: 1, lowIsBad: true },
      mappings: { "0": "down", "1": "up" },
    },
    {
      title: "Requests",
      description:
        "Requests per second by host, from stub_status. On a pair with virtual IPs one host may have all of them. A sudden step to another host is a failover: see the keepalived dashboard.",
      type: "timeseries",
      unit: "reqps",
      width: 16,
      queries: [{ expr: "rate(nginx_http_requests_total[$__rate_interval])", legend: "{{host}}" }],
      stacked: true,
    },
  ],
};

const connections: Row = {
  title: "Connections",
  panels: [
    {
      title: "Connections by state",
      description:
        "Reading a request, writing an answer, or waiting for the next request. Many waiting ones are keep-alive and harmless; many writing ones mean slow services or slow clients.",
      type: "timeseries",
      unit: "short",
      stacked: true,
      queries: [
        { expr: "nginx_connections_reading", legend: "{{host}} reading" },
        { expr: "nginx_connections_writing", legend: "{{host}} writing" },
        { expr: "nginx_connections_waiting", legend: "{{host}} waiting" },
      ],
    },
    {
      title: "Accepted and dropped connections",
      description:
        "New connections per second, and those that nginx closed unserved. Dropped is 0 as long as connections and file descriptors suffice; otherwise look at worker_connections.",
      type: "timeseries",
      unit: "cps",
      queries: [
        { expr: "rate(nginx_connections_accepted[$__rate_interval])", legend: "{{host}} accepted" },
        {
          expr: "rate(nginx_connections_accepted[$__rate_interval]) - rate(nginx_connections_handled[$__rate_interval])",
          legend: "{{host}} dropped",
        },
      ],
    },
    {
      title: "Requests per connection",
      description:
        "How many requests a client sends over one connection. Near 1 means that keep-alive does not work, and that TLS handshakes cost CPU.",
      type: "timeseries",
      unit: "short",
      queries: [
        {
          expr: "rate(nginx_http_requests_total[$__rate_interval]) / (rate(nginx_connections_handled[$__rate_interval]) > 0)",
          legend: "{{host}}",
        },
      ],
    },
  ],
};

const saturation: Panel = {
  title: "Use of worker connections",
  description:
    "Client connections by what all workers can hold. A proxied request takes a second connection, so half is full. See NginxConnectionsSaturated.",
  type: "timeseries",
  unit: "percentunit",
  min: 0,
  levels: { warning: 0.4, critical: 0.5 },
  queries: [
    {
      // The limit comes from another exporter on the same host.
      expr: "sum by (service, owner, host) (nginx_connections_active) / sum by (service, owner, host) (nginx_worker_connections_limit)",
      legend: "{{host}}",
      narrow: "service",
    },
  ],
};

const reading: Row = {
  title: "Log reading",
  panels: [
    {
      title: "Access log lines",
      description:
        "Lines per second that the access log exporter has counted, and those in another form than the generated log_format. The first follows the request rate above, the second is 0; otherwise rates and errors on this page are too low.",
      type: "timeseries",
      unit: "ops",
      width: 24,
      queries: [
        { expr: "rate(nginx_access_log_lines_total[$__rate_interval])", legend: "{{host}} read" },
        { expr: "rate(nginx_access_log_parse_errors_total[$__rate_interval])", legend: "{{host}} not understood" },
      ],
    },
  ],
};

/** Rows for nginx services; what comes from the access log or the firewall only where some service has it. */
export function nginxRows(settings: readonly NginxSettings[]): readonly Row[] {
  const rows = [overview, connections];
  if (!settings.some((each) => each.sites.length > 0)) return rows;
  const full = { ...connections, panels: [...connections.panels, saturation] };
  return [overview, full, sites, upstreams, ...(settings.some(usesWaf) ? [firewall] : []), reading];
}
