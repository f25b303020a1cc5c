/**
 * What is read of prom-client's metrics (versions 14 and 15). Nothing of it is documented, so all is looked at before
 * it is used; a metric of another shape is read through its own `get`.
 */
export interface PromMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator?: unknown;
  readonly collect?: unknown;
  /** Series by a text that prom-client makes of their labels. */
  readonly hashMap: Table;
}

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null;
}

export function isPromMetric(value: unknown): value is PromMetric {
  return (
    isTable(value) &&
    typeof value["name"] === "string" &&
    typeof value["type"] === "string" &&
    isTable(value["hashMap"]) &&
    ["counter", "gauge", "histogram", "summary"].includes(value["type"])
  );
}

/** A series of a counter or gauge. */
export interface ScalarEntry extends Table {
  readonly value: number;
}

export function isScalarEntry(entry: unknown): entry is ScalarEntry {
  return isTable(entry) && typeof entry["value"] === "number";
}

export interface HistogramEntry extends Table {
  readonly bucketValues: Readonly<Record<string, number>>;
  readonly sum: number;
  readonly count: number;
}

export function isHistogramEntry(entry: unknown): entry is HistogramEntry {
  return (
    isTable(entry) &&
    isTable(entry["bucketValues"]) &&
    typeof entry["sum"] === "number" &&
    typeof entry["count"] === "number"
  );
}

/** The metrics of a registry with the names under which they were registered. */
export function metricsOf(registry: object): readonly (readonly [name: string, metric: unknown])[] {
  const byName: unknown = Reflect.get(registry, "_metrics");
  // An OpenMetrics scrape of prom-client's own takes the suffix off the names of counters for good; not off these.
  if (isTable(byName)) return Object.entries(byName);
  const list: unknown = Reflect.get(registry, "getMetricsAsArray");
  const metrics: unknown = typeof list === "function" ? list.call(registry) : [];
  if (!Array.isArray(metrics)) return [];
  return metrics.map((metric: unknown) => [isTable(metric) ? String(metric["name"]) : "", metric]);
}
