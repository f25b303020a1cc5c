import type { AlertTemplate } from "../../signals/alert.ts";

const queries = (status: string): string =>
  `grafana_plugin_request_total{plugin_id="prometheus",endpoint="queryData",status="${status}"}`;
const requests = (status: string): string => `grafana_http_request_duration_seconds_count{status_code="${status}"}`;

export const alerts: readonly AlertTemplate[] = [
  {
    name: "GrafanaDown",
    expr: 'up{job="grafana"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Grafana {{ $labels.instance }} does not answer",
    description:
      "{{ $labels.instance }} cannot be scraped. Dashboards are not to be had there; alerts are not touched, they come from Prometheus.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "GrafanaRequestErrors",
    expr: `
sum by (service, owner) (rate(grafana_http_request_duration_seconds_count{status_code=~"5.."}[5m]))
  /
sum by (service, owner) (rate(grafana_http_request_duration_seconds_count[5m])) > $threshold`.trim(),
    for: "10m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of requests that end with status 5xx" },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail",
    description:
      "Grafana answers {{ $value | humanizePercentage }} of all requests with a server error. Dashboards show errors instead of data.",
    test: {
      fires: ({ threshold }) => ({
        [requests("500")]: `0+${600 * threshold + 6}x600`,
        [requests("200")]: `0+${600 * (1 - threshold) - 6}x600`,
      }),
      quiet: ({ threshold }) => ({
        [requests("500")]: `0+${570 * threshold}x600`,
        [requests("200")]: `0+${600 - 570 * threshold}x600`,
      }),
      afterSeconds: 60,
    },
  },
  {
    name: "GrafanaDatasourceErrors",
    expr: `
sum by (service, owner, plugin_id) (rate(grafana_plugin_request_total{endpoint="queryData",status="error"}[5m]))
  /
sum by (service, owner, plugin_id) (rate(grafana_plugin_request_total{endpoint="queryData"}[5m])) > $threshold`.trim(),
    for: "10m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of queries to one kind of data source that fail" },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of the queries to {{ $labels.plugin_id }} fail",
    description:
      "Queries of {{ $labels.service }} to data sources of the kind {{ $labels.plugin_id }} fail: the data source is away, refuses Grafana, or a dashboard asks nonsense.",
    test: {
      fires: ({ threshold }) => ({
        [queries("error")]: `0+${600 * threshold + 6}x600`,
        [queries("ok")]: `0+${600 * (1 - threshold) - 6}x600`,
      }),
      quiet: ({ threshold }) => ({
        [queries("error")]: `0+${570 * threshold}x600`,
        [queries("ok")]: `0+${600 - 570 * threshold}x600`,
      }),
      afterSeconds: 60,
      firing: [{ plugin_id: "prometheus" }],
    },
  },
  {
    name: "GrafanaAlertingFailing",
    expr: "sum without (org) (rate(grafana_alerting_rule_evaluation_failures_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Grafana {{ $labels.instance }} cannot evaluate its alert rules",
    description:
      "Alert rules that people made in Grafana itself fail on {{ $labels.instance }}. The alerts of this platform come from Prometheus and are not touched.",
    test: {
      fires: { 'grafana_alerting_rule_evaluation_failures_total{org="1"}': "0+1x600" },
      quiet: { 'grafana_alerting_rule_evaluation_failures_total{org="1"}': 12 },
      afterSeconds: 60,
    },
  },
  {
    name: "GrafanaDatabaseWaiting",
    expr: "rate(grafana_database_conn_wait_duration_seconds[5m]) > $threshold",
    for: "15m",
    severity: "warning",
    threshold: {
      default: 0.5,
      unit: "seconds",
      meaning: "time each second that requests wait for a database connection",
    },
    about: "instance",
    summary: "Grafana {{ $labels.instance }} waits for its database",
    description:
      "Requests to {{ $labels.instance }} wait for a free connection to Grafana's own database, {{ $value | humanize }} s in each second.",
    test: {
      fires: ({ threshold }) => ({ grafana_database_conn_wait_duration_seconds: `0+${60 * threshold * 1.05}x600` }),
      quiet: ({ threshold }) => ({ grafana_database_conn_wait_duration_seconds: `0+${60 * threshold * 0.95}x600` }),
      afterSeconds: 300,
    },
  },
];
