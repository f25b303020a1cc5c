import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const unit = "drbd-reactor";
const settings = z.strictObject({});

export const drbd = defineKind<z.infer<typeof settings>>({
  id: "drbd",
  title: "DRBD",
  tools: ["drbd_reactor"],
  settings,
  roles: ["primary", "secondary"],
  endpoints: () => [
    {
      name: "drbd",
      exporter: {
        name: "drbd_reactor",
        version: "1.11.0",
        source: "https://github.com/LINBIT/drbd-reactor/blob/v1.11.0/doc/prometheus.md",
      },
      port: 9942,
      metrics,
      collectors: ["enums"],
    },
  ],
  alerts,
  dashboard: () => [dashboard],
  hostFiles: () => [
    {
      path: "/etc/drbd-reactor.d/prometheus.toml",
      content: '[[prometheus]]\nenums = true\naddress = ":9942"\n',
      mode: 0o644,
      reload: unit,
    },
  ],
  units: () => [{ name: unit }],
  packages: () => [
    { debian: "drbd-utils", rhel: "drbd-utils" },
    { source: "https://github.com/LINBIT/drbd-reactor/releases" },
  ],
});
