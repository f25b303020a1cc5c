import { z } from "zod";
import { accept, duration, httpUrl, name, ratio, secret } from "../values.ts";

export const scrape = z
  .strictObject({
    interval: duration.default("15s"),
    timeout: duration.optional().meta({ description: "10s, or the interval where that is shorter", examples: ["10s"] }),
    discovery: z.enum(["file", "http"]).default("file").meta({ description: "how Prometheus finds its targets" }),
  })
  .meta({ description: "how often targets are scraped" });

export const logging = z.strictObject({
  store: name.meta({
    description: "the Elasticsearch service, or the exporter service (kind stackwright) with its embedded store",
    examples: ["logs"],
  }),
  shipper: z.enum(["fluentd", "filebeat", "logstash"]).default("fluentd"),
  retention: z.strictObject({ hot: duration, delete: duration }).optional(),
  accept,
});

export const tracing = z.strictObject({
  collector: name.optional().meta({ description: "the OpenTelemetry Collector service" }),
  sampling: z
    .strictObject({
      ratio: ratio.default(1),
      keep_errors: z.boolean().default(true),
      keep_slower_than: duration.optional(),
    })
    .default({ ratio: 1, keep_errors: true }),
  exporters: z
    .array(
      z.union([
        z.strictObject({
          service: name.meta({
            description: "takes OTLP: Jaeger, or the exporter service (kind stackwright) with its embedded store",
            examples: ["spans"],
          }),
        }),
        z.strictObject({
          otlp_http: z.strictObject({
            url: z
              .union([httpUrl, secret])
              .meta({ description: "base address, to which /v1/traces is added, or one that ends in /traces" }),
            headers: secret.optional().meta({
              description: "headers of each request, by reference; the file says NAME=VALUE,NAME=VALUE",
            }),
          }),
        }),
      ]),
    )
    .default([]),
  accept,
});
