import type { Faults } from "./faults.ts";
import type { Meter } from "./instruments.ts";

/** What the metrics have to say about themselves. */
export function observeFaults(meter: Meter, faults: Faults): void {
  meter.observed({
    name: "telemetry_metric_series_limited_total",
    help: "Times that a label set of a metric was folded into other, because the metric has too many.",
    type: "counter",
    labels: ["metric"],
    read: () => [...faults.limitedByMetric].map(([metric, value]) => ({ labels: { metric }, value })),
  });
  meter.observed({
    name: "telemetry_metric_faults_total",
    help: "What was wrong with observations or metrics and was repaired, ignored or left out, by fault.",
    type: "counter",
    labels: ["fault"],
    read: () => [...faults.counts].map(([fault, value]) => ({ labels: { fault }, value })),
  });
}
