import { brace, openBrace } from "../storage/family.ts";
import type { Table } from "./shape.ts";

/** A larger table that was replaced since the last scrape may be replaced again: watching it is not worth it yet. */
const watchAtOnce = 1_000;

/** A series under prom-client's key of it. */
export class KnownSeries {
  readonly key: string;
  /** Printed labels; undefined until the series was first shown. */
  labels: string | undefined = undefined;
  /** The same in braces, with the space behind them. */
  braced = " ";
  isGone = false;
  #open: string | undefined;

  constructor(key: string) {
    this.key = key;
  }

  print(labels: string): void {
    this.labels = labels;
    this.braced = brace(labels);
  }

  /** The brace and the labels, ready for `le`. */
  get open(): string {
    this.#open ??= openBrace(this.labels ?? "");
    return this.#open;
  }
}

/**
 * The series of one metric of prom-client in the order in which they came.
 *
 * Listing the keys of an object with 100,000 of them holds the event loop for 30 ms and more, listing its values for 100.
 * So a table is listed once and then watched: it gets a prototype whose setter is only called for keys that are new, which
 * costs the series that are there nothing. prom-client reads own properties only.
 */
export class KeyTable {
  readonly #byKey = new Map<string, KnownSeries>();
  #all: KnownSeries[] = [];
  #gone = 0;
  #table: Table | undefined;
  #isWatched = false;

  /** Those of a table, and perhaps some that are gone; new ones are seen while somebody goes over them. */
  of(table: Table): readonly KnownSeries[] {
    this.#refresh(table);
    // Who goes over the list of before keeps it.
    if (this.#gone > 0) this.#all = this.#all.filter(({ isGone }) => !isGone);
    this.#gone = 0;
    return this.#all;
  }

  forget(series: KnownSeries): void {
    if (series.isGone) return;
    series.isGone = true;
    this.#gone++;
    this.#byKey.delete(series.key);
  }

  #refresh(table: Table): void {
    const isSame = table === this.#table;
    if (isSame && this.#isWatched) return;
    const isFirst = this.#table === undefined;
    this.#table = table;
    const keys = Object.keys(table);
    this.#isWatched = (isSame || isFirst || keys.length < watchAtOnce) && this.#watch(table);
    for (const key of keys) this.#add(key);
  }

  #add(key: string): void {
    if (this.#byKey.has(key)) return;
    const series = new KnownSeries(key);
    this.#byKey.set(key, series);
    this.#all.push(series);
  }

  #watch(table: Table): boolean {
    try {
      const set = (_target: object, key: string | symbol, value: unknown, receiver: unknown): boolean => {
        if (typeof receiver !== "object" || receiver === null) return false;
        if (typeof key === "string" && receiver === table) this.#add(key);
        return Reflect.defineProperty(receiver, key, { value, writable: true, enumerable: true, configurable: true });
      };
      return Reflect.setPrototypeOf(table, new Proxy({}, { set }));
    } catch {
      // Frozen by somebody: it is listed at each scrape.
      return false;
    }
  }
}
