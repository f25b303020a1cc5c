import type { Faults } from "../faults.ts";
import type { BoundHistogram, Exemplar, Histogram, LabelValues } from "../instruments.ts";
import { type Making, noLabels } from "./counter.ts";
import { ExemplarSlot, type ShownExemplar } from "./exemplars.ts";
import { brace, type HistogramCursor, type HistogramFamily, openBrace } from "./family.ts";
import { SeriesCursor } from "./series-cursor.ts";
import { SeriesIndex } from "./series-index.ts";

/** A histogram, and the family that a scrape reads. */
export function createHistogram(
  making: Making,
  bounds: readonly number[],
): { readonly instrument: Histogram; readonly family: HistogramFamily } {
  const { name, help, faults } = making;
  const owner = { metric: name, faults, bounds };
  const index = new SeriesIndex<HistogramSeries>({
    ...making,
    metric: name,
    create: (labels) => new HistogramSeries(labels, owner),
  });
  return {
    instrument: new IndexedHistogram(index),
    family: {
      name,
      help,
      type: "histogram",
      aggregation: "sum",
      bounds,
      open: () => new HistogramSeriesCursor(index.all),
    },
  };
}

class IndexedHistogram implements Histogram {
  readonly #index: SeriesIndex<HistogramSeries>;

  constructor(index: SeriesIndex<HistogramSeries>) {
    this.#index = index;
  }

  bind(labels: LabelValues): BoundHistogram {
    return this.#index.find(labels);
  }

  observeFor(labels: LabelValues, value: number, exemplar?: Exemplar): void {
    this.#index.find(labels).observe(value, exemplar);
  }

  observe(value: number, exemplar?: Exemplar): void {
    this.#index.find(noLabels).observe(value, exemplar);
  }
}

interface Owner {
  readonly metric: string;
  readonly faults: Faults;
  readonly bounds: readonly number[];
}

class HistogramSeries implements BoundHistogram {
  readonly labels: string;
  readonly braced: string;
  readonly open: string;
  readonly createdSeconds = Date.now() / 1000;
  /** Of each bucket alone; the last is +Inf. */
  readonly counts: Float64Array;
  sum = 0;
  slots: (ExemplarSlot | undefined)[] | undefined;
  readonly #owner: Owner;

  constructor(labels: string, owner: Owner) {
    this.labels = labels;
    this.braced = brace(labels);
    this.open = openBrace(labels);
    this.counts = new Float64Array(owner.bounds.length + 1);
    this.#owner = owner;
  }

  observe(value: number, exemplar?: Exemplar): void {
    const owner = this.#owner;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      owner.faults.count("value_refused", owner.metric);
      return;
    }
    const { bounds } = owner;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
    if (exemplar === undefined) return;
    this.slots ??= new Array<ExemplarSlot | undefined>(bounds.length + 1).fill(undefined);
    let slot = this.slots[at];
    if (slot === undefined) {
      slot = new ExemplarSlot();
      this.slots[at] = slot;
    }
    slot.put(exemplar, value, owner);
  }
}

class HistogramSeriesCursor extends SeriesCursor<HistogramSeries> implements HistogramCursor {
  get open(): string {
    return this.series?.open ?? "";
  }

  bucket(at: number): number {
    return this.series?.counts[at] ?? 0;
  }

  get sum(): number {
    return this.series?.sum ?? 0;
  }

  exemplar(at: number): ShownExemplar | undefined {
    return this.series?.slots?.[at]?.show();
  }

  get createdSeconds(): number | undefined {
    return this.series?.createdSeconds;
  }
}
