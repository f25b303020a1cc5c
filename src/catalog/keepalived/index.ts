import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { rows } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type KeepalivedSettings, keepalivedSettings } from "./settings.ts";

export const keepalived = defineKind<KeepalivedSettings>({
  id: "keepalived",
  title: "keepalived",
  settings: keepalivedSettings,
  endpoints: () => [
    {
      name: "keepalived",
      exporter: {
        name: "node_exporter",
        version: "1.5.0",
        source: "captured from keepalived 2.2.7 through the textfile collector of node exporter 1.5.0",
      },
      port: 9100,
      params: { "collect[]": ["textfile"] },
      keep: "keepalived_.*",
      metrics,
    },
  ],
  alerts,
  dashboard: () => rows,
  units: () => [{ name: "keepalived" }],
  packages: () => [{ debian: "keepalived", rhel: "keepalived" }],
});
