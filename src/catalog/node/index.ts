import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { collectorFlags, collectorsOn } from "./collectors.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type NodeSettings, settings } from "./settings.ts";

const defaultPort = 9100;

/** A Linux host; on every host without being asked for, as the service `node`. */
export const node = defineKind<NodeSettings>({
  id: "node",
  title: "Linux host",
  settings,
  endpoints: (service, { collectors }) => [
    {
      name: "node",
      exporter: {
        name: "node_exporter",
        version: "1.5.0",
        source: "captured from node exporter 1.5.0; https://github.com/prometheus/node_exporter/tree/v1.5.0#collectors",
      },
      port: service.port ?? defaultPort,
      metrics,
      collectors: collectorsOn(collectors),
      // They come through the same textfile directory, and have a job and labels of their own.
      drop: "keepalived_.*",
    },
  ],
  alerts,
  dashboard,
  units: (service, { collectors }) => [
    {
      name: "prometheus-node-exporter",
      flags: [
        `--web.listen-address=:${service.port ?? defaultPort}`,
        "--collector.textfile.directory=/var/lib/prometheus/node-exporter",
        ...collectorFlags(collectors),
      ],
    },
  ],
  packages: () => [
    { debian: "prometheus-node-exporter", source: "https://github.com/prometheus/node_exporter/releases" },
  ],
});
