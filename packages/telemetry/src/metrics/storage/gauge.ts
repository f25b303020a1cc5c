import type { Faults } from "../faults.ts";
import type { Aggregation, BoundGauge, Gauge, LabelValues } from "../instruments.ts";
import { type Making, noLabels } from "./counter.ts";
import { brace, type ScalarCursor, type ScalarFamily } from "./family.ts";
import { SeriesCursor } from "./series-cursor.ts";
import { SeriesIndex } from "./series-index.ts";

/** A gauge, and the family that a scrape reads. */
export function createGauge(
  making: Making,
  aggregation: Aggregation,
): { readonly instrument: Gauge; readonly family: ScalarFamily } {
  const { name, help, faults } = making;
  const index = new SeriesIndex<GaugeSeries>({
    ...making,
    metric: name,
    create: (labels) => new GaugeSeries(labels, name, faults),
  });
  return {
    instrument: new IndexedGauge(index),
    family: { name, help, type: "gauge", aggregation, open: () => new GaugeCursor(index.all) },
  };
}

class IndexedGauge implements Gauge {
  readonly #index: SeriesIndex<GaugeSeries>;

  constructor(index: SeriesIndex<GaugeSeries>) {
    this.#index = index;
  }

  bind(labels: LabelValues): BoundGauge {
    return this.#index.find(labels);
  }

  setFor(labels: LabelValues, value: number): void {
    this.#index.find(labels).set(value);
  }

  set(value: number): void {
    this.#index.find(noLabels).set(value);
  }

  inc(by?: number): void {
    this.#index.find(noLabels).inc(by);
  }

  dec(by?: number): void {
    this.#index.find(noLabels).dec(by);
  }
}

class GaugeSeries implements BoundGauge {
  readonly labels: string;
  readonly braced: string;
  value = 0;
  readonly #metric: string;
  readonly #faults: Faults;

  constructor(labels: string, metric: string, faults: Faults) {
    this.labels = labels;
    this.braced = brace(labels);
    this.#metric = metric;
    this.#faults = faults;
  }

  set(value: number): void {
    if (typeof value === "number") this.value = value;
    else this.#faults.count("value_refused", this.#metric);
  }

  inc(by = 1): void {
    if (typeof by === "number") this.value += by;
    else this.#faults.count("value_refused", this.#metric);
  }

  dec(by = 1): void {
    if (typeof by === "number") this.value -= by;
    else this.#faults.count("value_refused", this.#metric);
  }
}

class GaugeCursor extends SeriesCursor<GaugeSeries> implements ScalarCursor {
  readonly createdSeconds = undefined;
  exemplar(): undefined {}

  get value(): number {
    return this.series?.value ?? 0;
  }
}
