import type { Aggregation } from "../instruments.ts";
import type { ShownExemplar } from "../storage/exemplars.ts";
import type { Family, HistogramCursor, ScalarCursor, SummaryCursor } from "../storage/family.ts";
import type { KeyTable, KnownSeries } from "./key-table.ts";
import { printPromLabels, promExemplar } from "./labels.ts";
import { type HistogramEntry, isHistogramEntry, isScalarEntry, isTable, type PromMetric, type Table } from "./shape.ts";

/** What is needed to read a metric of prom-client. */
export interface Reading {
  /** The name under which it was registered. */
  readonly name: string;
  readonly metric: PromMetric;
  readonly keys: KeyTable;
  /** Labels of the registry, under those of the metric. */
  readonly defaultLabels: Table;
}

/** A metric of prom-client as a family; undefined where its series are not of a known shape. */
export function familyOf(reading: Reading): Family | undefined {
  const { name, metric } = reading;
  const head = { name, help: String(metric.help), aggregation: aggregationOf(metric) };
  switch (metric.type) {
    case "counter":
    case "gauge":
      return { ...head, type: metric.type, open: () => new EntryCursor(reading) };
    case "histogram": {
      const bounds = boundsOf(metric);
      return (
        bounds && { ...head, type: "histogram", bounds, open: () => new BucketCursor(reading, bounds.map(String)) }
      );
    }
    case "summary": {
      const quantiles: unknown = Reflect.get(metric, "percentiles");
      if (!Array.isArray(quantiles) || !quantiles.every((each): each is number => typeof each === "number"))
        return undefined;
      return { ...head, type: "summary", open: () => new DigestCursor(reading, quantiles) };
    }
    default:
      return undefined;
  }
}

const aggregations: ReadonlyMap<unknown, Aggregation> = new Map([
  ["average", "average"],
  ["first", "first"],
  ["max", "max"],
  ["min", "min"],
  ["omit", "none"],
]);

function aggregationOf({ name, aggregator }: PromMetric): Aggregation {
  // prom-client leaves it out of a cluster, but alerts on restarts need it: that of the process that began last.
  if (name === "process_start_time_seconds") return "max";
  return aggregations.get(aggregator) ?? "sum";
}

function boundsOf(metric: PromMetric): readonly number[] | undefined {
  const bounds: unknown = Reflect.get(metric, "upperBounds");
  if (!Array.isArray(bounds)) return undefined;
  return bounds.every((each): each is number => Number.isFinite(each)) ? bounds : undefined;
}

/** Goes over the series; those that are gone are forgotten. */
class TableCursor<Entry extends Table> {
  protected series: KnownSeries | undefined;
  readonly #table: Table;
  readonly #reading: Reading;
  readonly #all: readonly KnownSeries[];
  #at = 0;
  readonly #isEntry: (value: unknown) => value is Entry;

  constructor(reading: Reading, isEntry: (value: unknown) => value is Entry) {
    this.#reading = reading;
    this.#table = reading.metric.hashMap;
    this.#all = reading.keys.of(this.#table);
    this.#isEntry = isEntry;
  }

  get labels(): string {
    return this.series?.labels ?? "";
  }

  get braced(): string {
    return this.series?.braced ?? "";
  }

  protected nextEntry(): Entry | undefined {
    for (;;) {
      const series = this.#all[this.#at++];
      if (series === undefined) return undefined;
      if (series.isGone) continue;
      const entry = this.#table[series.key];
      if (entry === undefined) this.#reading.keys.forget(series);
      else if (this.#isEntry(entry)) {
        if (series.labels === undefined) this.#print(series, entry);
        this.series = series;
        return entry;
      }
    }
  }

  #print(series: KnownSeries, entry: Table): void {
    const labels = isTable(entry["labels"]) ? entry["labels"] : {};
    series.print(printPromLabels(labels, this.#reading.defaultLabels));
  }
}

class EntryCursor extends TableCursor<Table & { readonly value: number }> implements ScalarCursor {
  readonly createdSeconds = undefined;
  value = 0;
  #exemplar: unknown;

  constructor(reading: Reading) {
    super(reading, isScalarEntry);
  }

  next(): boolean {
    const entry = this.nextEntry();
    if (entry === undefined) return false;
    this.value = entry.value;
    this.#exemplar = entry["exemplar"];
    return true;
  }

  exemplar(): ShownExemplar | undefined {
    return this.#exemplar === undefined ? undefined : promExemplar(this.#exemplar);
  }
}

class BucketCursor extends TableCursor<HistogramEntry> implements HistogramCursor {
  readonly createdSeconds = undefined;
  readonly #bounds: readonly string[];
  #entry: HistogramEntry | undefined;
  #seen = 0;

  /** `bounds` as prom-client has them for keys. */
  constructor(reading: Reading, bounds: readonly string[]) {
    super(reading, isHistogramEntry);
    this.#bounds = bounds;
  }

  next(): boolean {
    this.#entry = this.nextEntry();
    this.#seen = 0;
    return this.#entry !== undefined;
  }

  get open(): string {
    return this.series?.open ?? "";
  }

  /** Asked for in ascending order: what is in no bucket of its own is in that of +Inf. */
  bucket(at: number): number {
    const entry = this.#entry;
    if (entry === undefined) return 0;
    const bound = this.#bounds[at];
    const count = bound === undefined ? entry.count - this.#seen : (entry.bucketValues[bound] ?? 0);
    this.#seen += count;
    return count;
  }

  get sum(): number {
    return this.#entry?.sum ?? 0;
  }

  exemplar(at: number): ShownExemplar | undefined {
    const all = this.#entry?.["bucketExemplars"];
    return isTable(all) ? promExemplar(all[this.#bounds[at] ?? "-1"]) : undefined;
  }
}

interface DigestEntry extends Table {
  readonly sum: number;
  readonly count: number;
  readonly td: { readonly compress: () => void; readonly percentile: (quantile: number) => unknown };
}

function isDigestEntry(entry: unknown): entry is DigestEntry {
  if (!isTable(entry) || typeof entry["sum"] !== "number" || typeof entry["count"] !== "number") return false;
  const digest = entry["td"];
  return isTable(digest) && typeof digest["compress"] === "function" && typeof digest["percentile"] === "function";
}

class DigestCursor extends TableCursor<DigestEntry> implements SummaryCursor {
  quantiles: readonly (readonly [number, number])[] = [];
  sum = 0;
  count = 0;
  readonly #wanted: readonly number[];

  constructor(reading: Reading, wanted: readonly number[]) {
    super(reading, isDigestEntry);
    this.#wanted = wanted;
  }

  next(): boolean {
    const entry = this.nextEntry();
    if (entry === undefined) return false;
    entry.td.compress();
    this.quantiles = this.#wanted.map((quantile) => [quantile, Number(entry.td.percentile(quantile) ?? 0)]);
    this.sum = entry.sum;
    this.count = entry.count;
    return true;
  }
}
