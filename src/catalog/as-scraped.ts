import type { MetricFamily } from "../signals/metric.ts";

const targetLabels: readonly string[] = [
  "platform",
  "environment",
  "service",
  "kind",
  "host",
  "owner",
  "job",
  "instance",
];

/**
 * Families as they are stored: where an exporter sets a label that the target has too, Prometheus keeps the target's and
 * renames the exporter's to `exported_NAME` (`honor_labels: false`,
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config).
 */
export function asScraped(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families.map((family) => ({
    ...family,
    labels: Object.fromEntries(
      Object.entries(family.labels).map(([name, values]) => [
        targetLabels.includes(name) ? `exported_${name}` : name,
        values,
      ]),
    ),
  }));
}
