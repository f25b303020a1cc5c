import type { Faults } from "../faults.ts";
import type { BoundCounter, Counter, Exemplar, LabelValues } from "../instruments.ts";
import { ExemplarSlot, type ShownExemplar } from "./exemplars.ts";
import { brace, type ScalarCursor, type ScalarFamily } from "./family.ts";
import { SeriesCursor } from "./series-cursor.ts";
import { SeriesIndex } from "./series-index.ts";

/** What an instrument is made from, once its options have been judged. */
export interface Making {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly maxSeries: number;
  readonly faults: Faults;
}

/** A counter, and the family that a scrape reads. */
export function createCounter(making: Making): { readonly instrument: Counter; readonly family: ScalarFamily } {
  const { name, help, faults } = making;
  const owner = { metric: name, faults };
  const index = new SeriesIndex<CounterSeries>({
    ...making,
    metric: name,
    create: (labels) => new CounterSeries(labels, owner),
  });
  return {
    instrument: new IndexedCounter(index),
    family: { name, help, type: "counter", aggregation: "sum", open: () => new CounterCursor(index.all) },
  };
}

class IndexedCounter implements Counter {
  readonly #index: SeriesIndex<CounterSeries>;

  constructor(index: SeriesIndex<CounterSeries>) {
    this.#index = index;
  }

  bind(labels: LabelValues): BoundCounter {
    return this.#index.find(labels);
  }

  add(labels: LabelValues, by?: number, exemplar?: Exemplar): void {
    this.#index.find(labels).inc(by, exemplar);
  }

  inc(by?: number, exemplar?: Exemplar): void {
    this.#index.find(noLabels).inc(by, exemplar);
  }
}

export const noLabels: LabelValues = {};

interface Owner {
  readonly metric: string;
  readonly faults: Faults;
}

class CounterSeries implements BoundCounter {
  readonly labels: string;
  readonly braced: string;
  readonly createdSeconds = Date.now() / 1000;
  value = 0;
  slot: ExemplarSlot | undefined;
  readonly #owner: Owner;

  constructor(labels: string, owner: Owner) {
    this.labels = labels;
    this.braced = brace(labels);
    this.#owner = owner;
  }

  inc(by = 1, exemplar?: Exemplar): void {
    if (typeof by !== "number" || !(by >= 0 && by < Number.POSITIVE_INFINITY)) {
      this.#owner.faults.count("value_refused", this.#owner.metric);
      return;
    }
    this.value += by;
    if (exemplar === undefined) return;
    this.slot ??= new ExemplarSlot();
    this.slot.put(exemplar, by, this.#owner);
  }
}

class CounterCursor extends SeriesCursor<CounterSeries> implements ScalarCursor {
  get value(): number {
    return this.series?.value ?? 0;
  }

  exemplar(): ShownExemplar | undefined {
    return this.series?.slot?.show();
  }

  get createdSeconds(): number | undefined {
    return this.series?.createdSeconds;
  }
}
