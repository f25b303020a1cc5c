import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 8080;
const settings = z.strictObject({});

export const jenkins = defineKind<z.infer<typeof settings>>({
  id: "jenkins",
  title: "Jenkins",
  tools: ["jenkins_prometheus_plugin"],
  settings,
  port: defaultPort,
  endpoints: (service) => [
    {
      name: "jenkins",
      exporter: {
        name: "jenkins_prometheus_plugin",
        version: "852",
        source: "https://github.com/jenkinsci/prometheus-plugin/blob/master/docs/metrics/index.md",
      },
      port: service.port ?? defaultPort,
      // Without the slash at the end Jenkins answers with a redirect.
      path: "/prometheus/",
      metrics,
    },
  ],
  probe: { prober: "http", path: "/login", status: 200 },
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "jenkins" }],
  packages: () => [{ source: "https://www.jenkins.io/doc/book/installing/linux/" }],
});
