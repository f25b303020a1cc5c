import type { LabelValues, MetricFamily } from "../signals/metric.ts";

/** What the targets expose and the rules record: everything that an expression can resolve to. */
export interface World {
  readonly providers: readonly Provider[];
  readonly recorded: readonly Recorded[];
  /** Names of all alerts, for `ALERTS{alertname=…}`; empty if they are not known. */
  readonly alertNames: readonly string[];
  /** Version of the Prometheus that evaluates, `2.42.0`; undefined to accept what any version does. */
  readonly prometheus?: string;
}

/** One scraped endpoint of one service. Providers of one kind should share the maps `on` and `off`. */
export interface Provider {
  readonly job: string;
  /**
   * Labels that the scrape puts on every series: `job`, `service`, `host`, `instance`, `owner` … with all their values
   * over the targets. An empty string among the values says that some targets lack the label.
   */
  readonly targetLabels: Readonly<Record<string, TargetValues>>;
  /** Families that are exposed, by name. */
  readonly on: ReadonlyMap<string, MetricFamily>;
  /** Families that the exporter has but does not expose here, and what is missing: a collector, a flag, a version. */
  readonly off: ReadonlyMap<string, { readonly family: MetricFamily; readonly why: string }>;
  /** Its metrics are not known: a name that nothing else has may come from it. */
  readonly anything?: true;
}

export type TargetValues = LabelValues | ReadonlySet<string>;

/** A recording rule. Its labels are inferred from the expression. */
export interface Recorded {
  readonly name: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Labels that the scrape sets and contract and catalog build upon. A grouping may name them where a target has none
 * (an owner, a host of what we do not run).
 */
export const targetLabels: ReadonlySet<string> = new Set([
  "platform",
  "environment",
  "service",
  "kind",
  "host",
  "owner",
  "job",
  "instance",
]);

/** Series that Prometheus adds to each target. https://prometheus.io/docs/concepts/jobs_instances/ */
export const scrapeSeries: readonly string[] = [
  "up",
  "scrape_duration_seconds",
  "scrape_samples_scraped",
  "scrape_samples_post_metric_relabeling",
  "scrape_series_added",
  "scrape_timeout_seconds",
  "scrape_sample_limit",
  "scrape_body_size_bytes",
];
