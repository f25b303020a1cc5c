import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const fluentd = defineKind<z.infer<typeof settings>>({
  id: "fluentd",
  title: "Fluentd",
  tools: ["fluent_plugin_prometheus"],
  settings,
  endpoints: () => [
    {
      name: "fluentd",
      exporter: {
        name: "fluent_plugin_prometheus",
        version: "2.2.2",
        source: "https://github.com/fluent/fluent-plugin-prometheus/blob/v2.2.2/README.md",
      },
      port: 24231,
      metrics,
    },
  ],
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "fluentd" }],
  packages: () => [{ source: "https://docs.fluentd.org/installation/install-fluent-package" }],
});
