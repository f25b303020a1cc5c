import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const logstash = defineKind<z.infer<typeof settings>>({
  id: "logstash",
  title: "Logstash",
  tools: ["logstash_exporter"],
  settings,
  // api.http.port: https://www.elastic.co/guide/en/logstash/current/monitoring-logstash.html
  port: 9600,
  endpoints: () => [
    {
      name: "logstash",
      exporter: {
        name: "logstash_exporter",
        version: "1.9.1",
        source:
          "captured from logstash_exporter 1.9.1; https://github.com/kuskoman/logstash-exporter/blob/v1.9.1/README.md",
      },
      port: 9198,
      metrics,
    },
  ],
  alerts,
  dashboard: () => [dashboard],
  units: () => [
    { name: "logstash" },
    {
      name: "logstash_exporter",
      // It takes no flags, only variables.
      flags: ["PORT=9198", "LOGSTASH_URL=http://127.0.0.1:9600", "logstash_exporter"],
      listen: { flag: "HOST" },
      after: ["logstash"],
      own: {
        description: "Logstash exporter",
        program: ["/usr/bin/env"],
        user: "prometheus",
        everywhere: true,
        confined: true,
      },
    },
  ],
  packages: () => [
    { source: "https://www.elastic.co/guide/en/logstash/current/installing-logstash.html" },
    { source: "https://github.com/kuskoman/logstash-exporter/releases" },
  ],
});
