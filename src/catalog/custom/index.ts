import { z } from "zod";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Service } from "../../model/model.ts";
import { defineKind } from "../kind.ts";
import { scrapeRow } from "../reachability.ts";
import { alerts } from "./alerts.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const custom = defineKind<z.infer<typeof settings>>({
  id: "custom",
  title: "Custom services",
  settings,
  endpoints: (service) => {
    const port = portOf(service);
    if (port === undefined) return [];
    return [
      {
        name: "custom",
        exporter: { name: "custom", version: "1", source: "the service itself; its metrics are its own" },
        port,
        path: service.metrics?.path ?? "/metrics",
        ...(port === 443 ? { scheme: "https" as const } : {}),
        metrics,
        anyMetrics: true,
      },
    ];
  },
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [
    scrapeRow("each instance", [
      {
        title: "Samples",
        description: "Samples in each scrape. Steady is normal; steady growth is a label that holds ids or times.",
        type: "timeseries",
        unit: "short",
        min: 0,
        queries: [{ expr: "scrape_samples_scraped", legend: "{{instance}}" }],
      },
    ]),
  ],
  check,
});

/** What stands elsewhere has its ports in `external`, and metrics only if the inventory says so. */
function portOf({ metrics: asked, port, external }: Service): number | undefined {
  return asked?.port ?? port ?? (asked === undefined ? undefined : external[0]?.port);
}

function check(service: Service): readonly Problem[] {
  if (portOf(service) !== undefined || service.external.length > 0) return [];
  return [
    problem(
      "missing-key",
      service.source,
      `service "${service.name}" is custom and has neither port nor metrics.port`,
      {
        at: "parent",
        hint: "add port, or metrics: { port: …, path: … }, so that its metrics can be scraped",
      },
    ),
  ];
}
