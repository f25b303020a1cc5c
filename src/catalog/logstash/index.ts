import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const logstash = defineKind<z.infer<typeof settings>>({
  id: "logstash",
  title: "Logstash",
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
  units: () => [{ name: "logstash" }, { name: "logstash_exporter" }],
  packages: () => [
    { source: "https://www.elastic.co/guide/en/logstash/current/installing-logstash.html" },
    { source: "https://github.com/kuskoman/logstash-exporter/releases" },
  ],
});
