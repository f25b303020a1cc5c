import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const smartctl = defineKind<z.infer<typeof settings>>({
  id: "smartctl",
  title: "SMART disks",
  tools: ["smartctl_exporter"],
  settings,
  endpoints: () => [
    {
      name: "smartctl",
      exporter: {
        name: "smartctl_exporter",
        version: "0.14.0",
        source:
          "captured from smartctl_exporter 0.14.0; https://github.com/prometheus-community/smartctl_exporter/blob/v0.14.0/README.md",
      },
      port: 9633,
      metrics,
    },
  ],
  alerts,
  dashboard: () => [dashboard],
  units: () => [
    {
      name: "smartctl_exporter",
      listen: { flag: "--web.listen-address", port: 9633 },
      // Disks answer root alone.
      own: { description: "smartctl exporter", program: ["smartctl_exporter"], user: "root", everywhere: true },
    },
  ],
  packages: () => [
    { debian: "smartmontools", rhel: "smartmontools" },
    { source: "https://github.com/prometheus-community/smartctl_exporter/releases" },
  ],
});
