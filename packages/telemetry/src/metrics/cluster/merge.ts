import type { ShownExemplar } from "../storage/exemplars.ts";
import {
  brace,
  type Family,
  type HistogramCursor,
  openBrace,
  type ScalarCursor,
  type SummaryCursor,
} from "../storage/family.ts";
import type { WireFamily, WireSeries } from "./wire.ts";

/** What is added from a process: all it says, or only what it has counted, where it is gone or does not answer. */
export type Share = "all" | "counts";

/** Adds up the metrics of several processes. */
export interface Merge {
  /** Adds a part; false where a family of that name has another type or other buckets already. */
  add(part: WireFamily, share: Share): boolean;
  families(): readonly Family[];
  /** The same as parts. */
  parts(): readonly WireFamily[];
}

/** Series of a family at most; what comes beyond goes to one whose label values are all `other`. */
const maxSeries = 10_000;

export function createMerge(limit = maxSeries): Merge {
  const merged = new Map<string, Merged>();
  return {
    add(part, share) {
      const isCount = part.type !== "gauge" && part.type !== "unknown";
      if (part.aggregation === "none" || (share === "counts" && !isCount)) return true;
      let family = merged.get(part.name);
      if (family === undefined) {
        family = { head: { ...part, series: [] }, series: new Map() };
        merged.set(part.name, family);
      }
      const { head } = family;
      if (head.type !== part.type || String(head.bounds) !== String(part.bounds)) return false;
      for (const each of part.series) mergeSeries(family, each, limit);
      return true;
    },
    families: () => [...merged.values()].map(familyOf),
    parts: () => [...merged.values()].map(partOf),
  };
}

interface Merged {
  readonly head: WireFamily;
  readonly series: Map<string, Sum>;
}

/** One series of several processes. */
interface Sum {
  readonly labels: string;
  value: number;
  processes: number;
  readonly counts: number[];
  readonly exemplars: Map<number, ShownExemplar>;
}

function mergeSeries(
  { head, series }: Merged,
  { labels, value, counts = [], exemplars = [] }: WireSeries,
  limit: number,
): void {
  const key = series.size < limit || series.has(labels) ? labels : labels.replace(/="(?:[^"\\]|\\.)*"/g, '="other"');
  let sum = series.get(key);
  if (sum === undefined) {
    sum = { labels: key, value: Number(value), processes: 1, counts: [...counts], exemplars: new Map(exemplars) };
    series.set(key, sum);
    return;
  }
  sum.processes++;
  sum.value = aggregate(head, sum.value, Number(value));
  for (const [at, count] of counts.entries()) sum.counts[at] = (sum.counts[at] ?? 0) + count;
  for (const [at, exemplar] of exemplars)
    if (exemplar.seconds > (sum.exemplars.get(at)?.seconds ?? 0)) sum.exemplars.set(at, exemplar);
}

function aggregate({ type, aggregation }: WireFamily, before: number, value: number): number {
  if (type !== "gauge" && type !== "unknown") return before + value;
  switch (aggregation) {
    case "min":
      return Math.min(before, value);
    case "max":
      return Math.max(before, value);
    case "first":
      return before;
    default:
      return before + value;
  }
}

function shownValue({ type, aggregation }: WireFamily, { value, processes }: Sum): number {
  return type === "gauge" && aggregation === "average" ? value / processes : value;
}

function partOf({ head, series }: Merged): WireFamily {
  return {
    ...head,
    series: [...series.values()].map((sum) => ({
      labels: sum.labels,
      value: shownValue(head, sum),
      counts: sum.counts,
      exemplars: [...sum.exemplars],
    })),
  };
}

function familyOf({ head, series }: Merged): Family {
  const { name, help, aggregation, bounds, type } = head;
  const open = (): SumCursor => new SumCursor(head, series.values());
  if (type === "histogram") return { name, help, aggregation, type, bounds, open };
  return type === "summary" ? { name, help, aggregation, type, open } : { name, help, aggregation, type, open };
}

/** Quantiles of several processes cannot be put together: a summary keeps its sum and count. */
class SumCursor implements ScalarCursor, SummaryCursor, HistogramCursor {
  readonly quantiles = [];
  readonly createdSeconds = undefined;
  readonly #head: WireFamily;
  readonly #all: Iterator<Sum>;
  #sum: Sum | undefined;

  constructor(head: WireFamily, all: Iterator<Sum>) {
    this.#head = head;
    this.#all = all;
  }

  next(): boolean {
    const { done, value } = this.#all.next();
    this.#sum = done === true ? undefined : value;
    return this.#sum !== undefined;
  }

  get labels(): string {
    return this.#sum?.labels ?? "";
  }

  get braced(): string {
    return brace(this.labels);
  }

  get open(): string {
    return openBrace(this.labels);
  }

  get value(): number {
    return this.#sum === undefined ? 0 : shownValue(this.#head, this.#sum);
  }

  get sum(): number {
    return this.#sum?.value ?? 0;
  }

  get count(): number {
    return this.#sum?.counts[0] ?? 0;
  }

  bucket(at: number): number {
    return this.#sum?.counts[at] ?? 0;
  }

  exemplar(at = 0): ShownExemplar | undefined {
    return this.#sum?.exemplars.get(at);
  }
}
