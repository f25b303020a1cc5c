import { z } from "zod";
import { duration, httpUrl } from "../../inventory/values.ts";
import type { Service } from "../../model/model.ts";
import { parseDuration } from "../../model/units.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 9093;
const gossipPort = 9094;

/** What stands under `alertmanager:` of a service. */
const settings = z.strictObject({
  retention: duration
    .default("5d")
    .meta({ description: "how long silences that ended and the log of notifications are kept", examples: ["5d"] }),
  external_url: httpUrl.optional().meta({
    description: "the address under which people open it; links in notifications lead there",
    examples: ["https://alerts.example.org"],
  }),
});

type AlertmanagerSettings = z.infer<typeof settings>;

export const alertmanager = defineKind<AlertmanagerSettings>({
  id: "alertmanager",
  title: "Alertmanager",
  settings,
  port: defaultPort,
  ports: (service) => (isCluster(service) ? [{ port: gossipPort, purpose: "gossip between members" }] : []),
  endpoints: (service) => [
    {
      name: "alertmanager",
      exporter: {
        name: "alertmanager",
        version: "0.25",
        source: "captured from alertmanager 0.25.0; https://prometheus.io/docs/alerting/0.25/",
      },
      port: service.port ?? defaultPort,
      metrics,
      collectors: isCluster(service) ? ["cluster"] : [],
    },
  ],
  probe: { prober: "http", path: "/-/healthy", status: 200 },
  alerts,
  dashboard: () => dashboard,
  units: (service, options) => [
    {
      name: "prometheus-alertmanager",
      flags: flags(options),
      listen: { flag: "--web.listen-address", port: service.port ?? defaultPort, loopback: "too" },
      gossip: {
        listenFlag: "--cluster.listen-address",
        advertiseFlag: "--cluster.advertise-address",
        peerFlag: "--cluster.peer",
        port: gossipPort,
      },
      own: {
        description: "Alertmanager",
        program: ["alertmanager"],
        user: "prometheus",
        reloads: true,
        state: "prometheus/alertmanager",
        confined: true,
      },
    },
  ],
  packages: () => [
    { debian: "prometheus-alertmanager", rhel: "alertmanager", source: "https://prometheus.io/download/#alertmanager" },
  ],
});

function isCluster(service: Service): boolean {
  return service.instances.length > 1;
}

/** Alertmanager reads Go durations here, which know no days. */
function inSeconds(duration: string): string {
  return `${Math.max(1, Math.round(parseDuration(duration) / 1000))}s`;
}

/** The route prefix stays `/`, whatever the path of the external URL, so that scrapes and probes keep their paths. */
function flags({ retention, external_url }: AlertmanagerSettings): readonly string[] {
  return [
    "--config.file=/etc/prometheus/alertmanager.yml",
    "--storage.path=/var/lib/prometheus/alertmanager/",
    `--data.retention=${inSeconds(retention)}`,
    ...(external_url === undefined ? [] : [`--web.external-url=${external_url}`, "--web.route-prefix=/"]),
  ];
}
