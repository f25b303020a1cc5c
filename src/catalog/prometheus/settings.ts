import { z } from "zod";
import { duration, httpUrl, size } from "../../inventory/values.ts";

/** What stands under `prometheus:` of a service. */
export const settings = z.strictObject({
  retention: duration
    .default("15d")
    .meta({ description: "how long samples are kept; at least the window of the longest SLO", examples: ["35d"] }),
  retention_size: size
    .optional()
    .meta({ description: "the oldest blocks go when the data takes more than this", examples: ["200GB"] }),
  external_url: httpUrl.optional().meta({
    description: "the address under which people open it; links in alerts lead there",
    examples: ["https://prometheus.example.org"],
  }),
  remote_write: z
    .array(httpUrl)
    .default([])
    .meta({ description: "addresses that get a copy of every sample", examples: [["https://long.example.org/write"]] }),
});

export type PrometheusSettings = z.infer<typeof settings>;
