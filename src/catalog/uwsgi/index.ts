import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type UwsgiSettings, uwsgiSettings } from "./settings.ts";

const statsPort = 1717;

export const uwsgi = defineKind<UwsgiSettings>({
  id: "uwsgi",
  title: "uWSGI",
  tools: ["uwsgi_exporter"],
  settings: uwsgiSettings,
  port: 5000,
  ports: () => [{ port: statsPort, purpose: "uWSGI stats server" }],
  endpoints: () => [
    {
      name: "uwsgi",
      exporter: {
        name: "uwsgi_exporter",
        version: "1.3.0",
        source: "captured from uwsgi_exporter 1.3.0; https://github.com/timonwong/uwsgi_exporter/blob/v1.3.0/README.md",
      },
      port: 9117,
      metrics,
      collectors: [],
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  units: () => [
    { name: "uwsgi" },
    {
      name: "uwsgi_exporter",
      flags: [`--stats.uri=tcp://127.0.0.1:${statsPort}`],
      listen: { flag: "--web.listen-address", port: 9117 },
      after: ["uwsgi"],
      own: {
        description: "uWSGI exporter",
        program: ["uwsgi_exporter"],
        user: "prometheus",
        everywhere: true,
        confined: true,
      },
    },
  ],
  packages: () => [
    { debian: "uwsgi", rhel: "uwsgi" },
    { source: "https://github.com/timonwong/uwsgi_exporter/releases" },
  ],
});
