import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const jaeger = defineKind<z.infer<typeof settings>>({
  id: "jaeger",
  title: "Jaeger",
  settings,
  port: 16686,
  ports: () => [
    { port: 4317, purpose: "OTLP over gRPC" },
    { port: 4318, purpose: "OTLP over HTTP" },
  ],
  endpoints: () => [
    {
      name: "jaeger",
      exporter: {
        name: "jaeger",
        version: "2.20.0",
        source: "captured from Jaeger 2.20.0; https://www.jaegertracing.io/docs/latest/operations/monitoring/",
      },
      port: 8888,
      metrics,
    },
  ],
  probe: { prober: "http", path: "/", status: 200 },
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "jaeger" }],
  packages: () => [{ source: "https://github.com/jaegertracing/jaeger/releases" }],
});
