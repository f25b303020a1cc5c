import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const otelCollector = defineKind<z.infer<typeof settings>>({
  id: "otel-collector",
  title: "OpenTelemetry Collector",
  tools: ["otelcol"],
  settings,
  port: 4317,
  ports: () => [{ port: 4318, purpose: "OTLP over HTTP" }],
  endpoints: () => [
    {
      name: "otel-collector",
      exporter: {
        name: "otelcol",
        version: "0.159.0",
        source:
          "captured from an OpenTelemetry Collector 0.159.0; https://opentelemetry.io/docs/collector/internal-telemetry/",
      },
      port: 8888,
      metrics,
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  // The contrib build: tail sampling and span metrics are not in the core one.
  units: () => [{ name: "otelcol-contrib" }],
  packages: () => [{ source: "https://github.com/open-telemetry/opentelemetry-collector-releases/releases" }],
});
