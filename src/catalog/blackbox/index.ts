import type { Model } from "../../model/model.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { printBlackboxConfig } from "./config.ts";
import { dashboard } from "./dashboard.ts";
import { metrics, probeMetrics } from "./metrics.ts";
import { type BlackboxSettings, blackboxSettings } from "./settings.ts";
import { targetProbes } from "./targets.ts";

const defaultPort = 9115;
const unit = "prometheus-blackbox-exporter";
const configFile = "/etc/prometheus/blackbox.yml";

/** Asks endpoints from outside; every instance asks every endpoint. */
export const blackbox = defineKind<BlackboxSettings>({
  id: "blackbox",
  title: "Blackbox probes",
  tools: ["blackbox_exporter"],
  settings: blackboxSettings,
  port: defaultPort,
  endpoints: (service) => [
    {
      name: "blackbox",
      exporter: {
        name: "blackbox_exporter",
        version: "0.23.0",
        source: "captured from blackbox exporter 0.23.0; https://github.com/prometheus/blackbox_exporter/tree/v0.23.0",
      },
      port: service.port ?? defaultPort,
      metrics,
    },
  ],
  probeMetrics,
  probes: targetProbes,
  alerts,
  dashboard,
  units: (service) => [
    {
      name: unit,
      flags: [`--config.file=${configFile}`],
      listen: { flag: "--web.listen-address", port: service.port ?? defaultPort },
      own: { description: "Blackbox exporter", program: ["blackbox_exporter"], user: "prometheus", reloads: true },
    },
  ],
  packages: () => [
    { debian: "prometheus-blackbox-exporter", source: "https://github.com/prometheus/blackbox_exporter/releases" },
  ],
  hostFiles: (_service, settings, model) => [
    { path: configFile, content: printBlackboxConfig(settings, expectedStatuses(model)), reload: unit },
    // Debian's package gives the exporter no right to send pings, and an empty set of file capabilities that undoes
    // AmbientCapabilities; with this every user may open ping sockets, as systemd's own default has it.
    {
      path: "/etc/sysctl.d/60-blackbox-ping.conf",
      content: "net.ipv4.ping_group_range = 0 2147483647\n",
      restart: ["systemd-sysctl"],
    },
  ],
});

/** HTTP statuses that health checks of the inventory expect. */
function expectedStatuses(model: Model): readonly number[] {
  return [...model.services.values()].flatMap(({ health }) => health?.status ?? []);
}
