import { checkSystem } from "../host-system.ts";
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
  tools: ["node_exporter"],
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
  check: (service) => checkSystem(service, "node", "linux"),
  alerts,
  dashboard,
  units: (service, { collectors }) => [
    {
      name: "prometheus-node-exporter",
      flags: ["--collector.textfile.directory=/var/lib/prometheus/node-exporter", ...collectorFlags(collectors)],
      listen: { flag: "--web.listen-address", port: service.port ?? defaultPort },
      own: {
        description: "Node exporter",
        program: ["node_exporter"],
        user: "prometheus",
        state: "prometheus/node-exporter",
      },
    },
  ],
  packages: () => [
    { debian: "prometheus-node-exporter", source: "https://github.com/prometheus/node_exporter/releases" },
  ],
});
