/** A number that belongs to one set of label values. */
export interface Cell {
  value: number;
}

/** Counts of one histogram: `counts[i]` are the values up to bound i and above the one before, the last those beyond all. */
export interface HistogramCell {
  readonly counts: number[];
  sum: number;
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** What stands in the state file: of each series its label values and numbers. */
export type SavedSeries = readonly (readonly [readonly string[], readonly number[]])[];

const separator = "\u0000";

/** A counter or gauge with its series. */
export class NumberFamily {
  readonly description: Described & { readonly type: "counter" | "gauge" };
  readonly #cells = new Map<string, Cell>();

  constructor(description: NumberFamily["description"]) {
    this.description = description;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** The series with these label values, in the order of the labels; made with 0 where it is new. Keep it: asking takes longer than counting. */
  cell(...values: readonly string[]): Cell {
    const key = values.join(separator);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const made = { value: 0 };
    this.#cells.set(key, made);
    return made;
  }

  has(...values: readonly string[]): boolean {
    return this.#cells.has(values.join(separator));
  }

  delete(...values: readonly string[]): void {
    this.#cells.delete(values.join(separator));
  }

  *series(): Iterable<readonly [readonly string[], number]> {
    for (const [key, { value }] of this.#cells) yield [this.#values(key), value];
  }

  save(): SavedSeries {
    return [...this.series()].map(([values, value]) => [values, [value]]);
  }

  /** Takes over saved numbers, only of series that are there unless `accepts` says otherwise. */
  restore(saved: SavedSeries, accepts: (values: readonly string[]) => boolean = () => false): void {
    for (const [values, [value = 0]] of saved)
      if (values.length === this.description.labels.length && (this.has(...values) || accepts(values)))
        this.cell(...values).value = value;
  }

  #values(key: string): readonly string[] {
    return this.description.labels.length === 0 ? [] : key.split(separator);
  }
}

/** A histogram with its series. */
export class HistogramFamily {
  readonly description: Described;
  readonly bounds: readonly number[];
  readonly #cells = new Map<string, HistogramCell>();

  constructor(description: Described, bounds: readonly number[]) {
    this.description = description;
    this.bounds = bounds;
  }

  cell(...values: readonly string[]): HistogramCell {
    const key = values.join(separator);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const made = { counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0 };
    this.#cells.set(key, made);
    return made;
  }

  observe(cell: HistogramCell, value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at++;
    cell.counts[at] = (cell.counts[at] ?? 0) + 1;
    cell.sum += value;
  }

  *series(): Iterable<readonly [readonly string[], HistogramCell]> {
    for (const [key, cell] of this.#cells) yield [key.split(separator), cell];
  }

  /** The sum stands before the counts. */
  save(): SavedSeries {
    return [...this.series()].map(([values, { sum, counts }]) => [values, [sum, ...counts]]);
  }

  /** Takes over saved numbers of series that are there; none where the bounds are others. */
  restore(saved: SavedSeries): void {
    for (const [values, [sum = 0, ...counts]] of saved) {
      const cell = this.#cells.get(values.join(separator));
      if (cell === undefined || counts.length !== cell.counts.length) continue;
      cell.sum = sum;
      cell.counts.splice(0, counts.length, ...counts);
    }
  }
}
