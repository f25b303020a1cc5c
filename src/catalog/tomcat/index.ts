import { z } from "zod";
import { printYaml } from "../../artifact/yaml.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { jmxRules } from "./jmx-rules.ts";
import { metrics } from "./metrics.ts";

const unit = "tomcat10";
const settings = z.strictObject({});
/** The same for every service: printed for the first. */
let rulesFile: string | undefined;

export const tomcat = defineKind<z.infer<typeof settings>>({
  id: "tomcat",
  title: "Tomcat",
  tools: ["jmx_exporter"],
  settings,
  port: 8080,
  endpoints: () => [
    {
      name: "tomcat",
      exporter: {
        name: "jmx_exporter",
        version: "1.0.1",
        source:
          "captured from jmx_prometheus_javaagent 1.0.1 in Tomcat 10.1; https://prometheus.github.io/jmx_exporter/1.0.1/",
      },
      port: 9404,
      metrics,
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  hostFiles: () => {
    rulesFile ??= printYaml(jmxRules);
    // The agent looks at each scrape whether its file has changed.
    return [{ path: "/etc/stackwright/jmx/tomcat.yml", content: rulesFile, mode: 0o644 }];
  },
  units: () => [{ name: unit, rhel: "tomcat" }],
  packages: () => [
    { debian: "tomcat10", rhel: "tomcat" },
    { source: "https://github.com/prometheus/jmx_exporter/releases/tag/1.0.1" },
  ],
});
