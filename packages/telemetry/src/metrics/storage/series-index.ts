import type { Faults } from "../faults.ts";
import type { LabelValues } from "../instruments.ts";
import { isClean, printLabels, textOf } from "../labels/values.ts";

/** What label values beyond the limit are replaced by. */
const other = "other";

/** One step of the nested maps: label value by label value to the series. Keys are values as they were given. */
class Node<S> {
  readonly children = new Map<unknown, Node<S>>();
  series: S | undefined;
}

export interface IndexOptions<S> {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly maxSeries: number;
  readonly faults: Faults;
  /** Makes a series from its printed labels. */
  readonly create: (labels: string) => S;
}

/**
 * The series of a metric by their label values. Invariants:
 * 1. `find` never throws, whatever it is given.
 * 2. There are at most `maxSeries` label sets of their own, and a twentieth more (at least 10) of those that are folded.
 * 3. A series is never removed, so that one that was bound stays what a scrape shows.
 */
export class SeriesIndex<S> {
  /** In the order of their first use. */
  readonly all: S[] = [];
  readonly #options: IndexOptions<S>;
  readonly #names: readonly string[];
  readonly #root = new Node<S>();
  #aliases = 0;
  /** Sets of values beyond which nothing is kept, with the place of the label that is folded first. */
  #widest: number | undefined;

  constructor(options: IndexOptions<S>) {
    this.#options = options;
    this.#names = options.labels;
    if (options.labels.length === 0) this.#root.series = this.#add("");
  }

  /** The series of some labels; what is missing is empty. */
  find(labels: LabelValues): S {
    const names = this.#names;
    try {
      let node: Node<S> | undefined = this.#root;
      for (let at = 0; at < names.length && node !== undefined; at++) node = node.children.get(labels[names[at] ?? ""]);
      return node?.series ?? this.#first(labels);
    } catch {
      // Not an object, or one with a getter that throws.
      this.#options.faults.count("label_value_repaired", this.#options.metric);
      return this.#kept(names.map(() => ""));
    }
  }

  /** The way of a label set that has not been seen in these very values. */
  #first(labels: LabelValues): S {
    const { metric, faults } = this.#options;
    const names = this.#names;
    const given = names.map((name) => labels[name]);
    const values = given.map(textOf);
    if (given.some((value, at) => isRepaired(value, values[at] ?? "")))
      faults.count(
        "label_value_repaired",
        metric,
        names.find((_, at) => isRepaired(given[at], values[at] ?? "")),
      );
    for (const name in labels) if (!names.includes(name)) faults.count("label_unknown", metric, name.slice(0, 100));
    const series = this.#kept(values);
    if (this.#aliases < this.#options.maxSeries && this.#widest === undefined && given.every(canBeKey)) {
      this.#aliases++;
      const node = this.#walk(given);
      node.series ??= series;
    }
    return series;
  }

  /** The series of clean values, made if there is room for it. */
  #kept(values: readonly string[]): S {
    const known = this.#look(values);
    if (known !== undefined) return known;
    const { maxSeries, metric, faults } = this.#options;
    if (this.all.length < maxSeries) return this.#make(values);
    faults.limited(metric, maxSeries);
    return this.#folded(values);
  }

  /**
   * Beyond the limit only the label that has the most values becomes `other`, so that methods and status codes keep their
   * meaning; where that is too much as well, all become it.
   */
  #folded(values: readonly string[]): S {
    const { maxSeries } = this.#options;
    this.#widest ??= this.#labelWithMostValues();
    const narrowed = values.with(this.#widest, other);
    const known = this.#look(narrowed);
    if (known !== undefined) return known;
    if (this.all.length < maxSeries + Math.max(10, Math.floor(maxSeries / 20))) return this.#make(narrowed);
    const rest = values.map(() => other);
    return this.#look(rest) ?? this.#make(rest);
  }

  #labelWithMostValues(): number {
    const distinct = this.#names.map(() => new Set<unknown>());
    const visit = (node: Node<S>, depth: number): void => {
      for (const [key, child] of node.children) {
        distinct[depth]?.add(key);
        visit(child, depth + 1);
      }
    };
    visit(this.#root, 0);
    const sizes = distinct.map(({ size }) => size);
    return Math.max(0, sizes.indexOf(Math.max(...sizes)));
  }

  #look(values: readonly string[]): S | undefined {
    let node: Node<S> | undefined = this.#root;
    for (const value of values) node = node?.children.get(value);
    return node?.series;
  }

  #make(values: readonly string[]): S {
    const node = this.#walk(values);
    node.series ??= this.#add(printLabels(this.#names, values));
    return node.series;
  }

  #walk(keys: readonly unknown[]): Node<S> {
    let node = this.#root;
    for (const key of keys) {
      let child = node.children.get(key);
      if (child === undefined) {
        child = new Node<S>();
        node.children.set(key, child);
      }
      node = child;
    }
    return node;
  }

  #add(labels: string): S {
    const series = this.#options.create(labels);
    this.all.push(series);
    return series;
  }
}

/** What is only written as text, as numbers are, is in order. */
function isRepaired(given: unknown, text: string): boolean {
  if (typeof given === "string") return given !== text;
  return typeof given === "object" && given !== null;
}

/** Values that keep nothing alive and are few enough to be remembered as they come. */
function canBeKey(value: unknown): boolean {
  if (typeof value === "string") return isClean(value);
  return value === undefined || value === null || typeof value === "number" || typeof value === "boolean";
}
