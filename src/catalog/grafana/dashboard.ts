import type { Row } from "../../signals/panel.ts";

export const dashboard: readonly Row[] = [
  {
    title: "State",
    panels: [
      {
        title: "Servers",
        description:
          "Whether Grafana answered the last scrape. When it is down, look at its journal and at the disk of its host.",
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "up", legend: "{{instance}}" }],
      },
      {
        title: "Dashboards",
        description:
          "Dashboards in the database. A drop after a deployment means that provisioning refused some: search the log for provisioning.",
        type: "stat",
        unit: "none",
        queries: [{ expr: "grafana_stat_totals_dashboard", legend: "{{instance}}" }],
      },
      {
        title: "Version",
        description: "The version that runs. Dashboards here need Grafana 10 or newer.",
        type: "table",
        unit: "none",
        width: 8,
        queries: [{ expr: "grafana_build_info", legend: "{{instance}} {{version}}" }],
      },
    ],
  },
  {
    title: "Requests",
    panels: [
      {
        title: "Requests by status",
        description:
          "Requests each second. 2xx and 3xx are normal; 401 come from sessions that ended, 5xx from Grafana or its data sources.",
        type: "timeseries",
        unit: "reqps",
        min: 0,
        queries: [
          {
            expr: "sum by (service, instance, status_code) (rate(grafana_http_request_duration_seconds_count[$__rate_interval]))",
            legend: "{{instance}} {{status_code}}",
          },
        ],
      },
      {
        title: "Request time, p99",
        description:
          "Time of the slowest hundredth of the requests. Queries make it: compare with the data sources below.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "histogram_quantile(0.99, sum by (service, instance, le) (rate(grafana_http_request_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{instance}}",
          },
        ],
      },
      {
        title: "Slowest handlers, p99",
        description: "Which part of Grafana is slow. /api/ds/query is queries to data sources.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "topk(8, histogram_quantile(0.99, sum by (service, handler, le) (rate(grafana_http_request_duration_seconds_bucket[$__rate_interval]))))",
            legend: "{{handler}}",
          },
        ],
      },
      {
        title: "Requests in flight",
        description: "Requests that are being answered. A growing number means that a data source hangs.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "grafana_http_request_in_flight", legend: "{{instance}}" }],
      },
    ],
  },
  {
    title: "Data sources",
    panels: [
      {
        title: "Requests to data sources by status",
        description:
          "Answers of the data sources. Connections that fail altogether are not in here, but among the failed queries beside it.",
        type: "timeseries",
        unit: "reqps",
        min: 0,
        queries: [
          {
            expr: "sum by (service, datasource, code) (rate(grafana_datasource_request_total[$__rate_interval]))",
            legend: "{{datasource}} {{code}}",
          },
        ],
      },
      {
        title: "Queries by outcome",
        description:
          "Queries by kind of data source. Errors are unreachable data sources and queries that these refuse.",
        type: "timeseries",
        unit: "reqps",
        min: 0,
        queries: [
          {
            expr: 'sum by (service, plugin_id, status) (rate(grafana_plugin_request_total{endpoint="queryData"}[$__rate_interval]))',
            legend: "{{plugin_id}} {{status}}",
          },
        ],
      },
      {
        title: "Data source time, p99",
        description:
          "Time of the slowest hundredth of the requests to each data source. Look at the dashboard of that service next.",
        type: "timeseries",
        unit: "s",
        min: 0,
        queries: [
          {
            expr: "histogram_quantile(0.99, sum by (service, datasource, le) (rate(grafana_datasource_request_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{datasource}}",
          },
        ],
      },
      {
        title: "Database connections",
        description: "Connections to Grafana's own database. In use near the limit means that requests wait.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [
          { expr: "grafana_database_conn_in_use", legend: "{{instance}} in use" },
          { expr: "grafana_database_conn_open", legend: "{{instance}} open" },
        ],
      },
    ],
  },
  {
    title: "Users and process",
    panels: [
      {
        title: "Active users",
        description:
          "People who were here in the last 30 days, as Grafana counts them. Slow changes are normal; a sudden fall to none points at the login, so look at the status codes of requests.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "grafana_stat_active_users", legend: "{{instance}}" }],
      },
      {
        title: "Alert rules in Grafana",
        description:
          "Rules that people made in Grafana itself. Zero is normal here: this platform's alerts come from Prometheus.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "grafana_alerting_schedule_alert_rules", legend: "{{instance}}" }],
      },
      {
        title: "CPU",
        description: "Cores in use. Peaks come with many viewers and with rendered images.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{instance}}" }],
      },
      {
        title: "Memory",
        description: "Resident memory. Large answers of data sources make peaks; steady growth is a leak.",
        type: "timeseries",
        unit: "bytes",
        min: 0,
        queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
      },
    ],
  },
];
