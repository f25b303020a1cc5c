import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type PrometheusSettings, settings } from "./settings.ts";

const defaultPort = 9090;

export const prometheus = defineKind<PrometheusSettings>({
  id: "prometheus",
  title: "Prometheus",
  settings,
  port: defaultPort,
  endpoints: (service, { remote_write }) => [
    {
      name: "prometheus",
      exporter: {
        name: "prometheus",
        version: "2.42",
        source: "captured from prometheus 2.42.0; https://prometheus.io/docs/prometheus/2.42/",
      },
      port: service.port ?? defaultPort,
      metrics,
      collectors: remote_write.length === 0 ? [] : ["remote_write"],
    },
  ],
  probe: { prober: "http", path: "/-/healthy", status: 200 },
  alerts,
  dashboard,
  units: (service, options) => [
    {
      name: "prometheus",
      flags: flags(options),
      listen: { flag: "--web.listen-address", port: service.port ?? defaultPort },
      own: {
        description: "Prometheus",
        program: ["prometheus"],
        user: "prometheus",
        reloads: true,
        state: "prometheus/metrics2",
        confined: true,
      },
    },
  ],
  packages: () => [{ debian: "prometheus", rhel: "prometheus", source: "https://prometheus.io/download/" }],
});

/** The route prefix stays `/`, whatever the path of the external URL, so that scrapes and probes keep their paths. */
function flags(options: PrometheusSettings): readonly string[] {
  const { retention, retention_size, external_url } = options;
  return [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/var/lib/prometheus/metrics2/",
    `--storage.tsdb.retention.time=${retention}`,
    ...(retention_size === undefined ? [] : [`--storage.tsdb.retention.size=${retention_size}`]),
    ...(external_url === undefined ? [] : [`--web.external-url=${external_url}`, "--web.route-prefix=/"]),
    "--enable-feature=exemplar-storage",
  ];
}
