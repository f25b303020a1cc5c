import type { Aggregation, Observed, ObservedOptions } from "../instruments.ts";
import { isClean, printLabels, textOf } from "../labels/values.ts";
import type { Making } from "./counter.ts";
import { brace, type ScalarCursor, type ScalarFamily } from "./family.ts";

export interface ObservedMaking {
  readonly type: "counter" | "gauge";
  readonly read: ObservedOptions["read"];
  readonly aggregation: Aggregation;
}

/** A family whose samples are read when this is called; what is not read any more is gone. Never throws. */
export function readObserved(making: Making, { type, read, aggregation }: ObservedMaking): ScalarFamily {
  const { name, help } = making;
  const samples = samplesOf(making, read);
  return { name, help, type, aggregation, open: () => new EntryCursor(samples.entries()) };
}

function samplesOf(making: Making, read: ObservedOptions["read"]): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const { name, faults, maxSeries } = making;
  try {
    const given = read();
    const all: readonly Observed[] = typeof given === "number" ? [{ value: given }] : given;
    for (const { labels = {}, value } of all) {
      if (typeof value !== "number") {
        faults.count("value_refused", name);
        continue;
      }
      const text = labelsOf(making, labels);
      const before = samples.get(text);
      if (before === undefined && samples.size >= maxSeries) {
        faults.limited(name, maxSeries);
        const rest = printLabels(
          making.labels,
          making.labels.map(() => "other"),
        );
        samples.set(rest, (samples.get(rest) ?? 0) + value);
      } else samples.set(text, (before ?? 0) + value);
    }
    return samples;
  } catch (error) {
    faults.count("read_failed", name, error instanceof Error ? error.message.slice(0, 200) : "");
    return new Map();
  }
}

function labelsOf({ labels: names, faults, name }: Making, labels: Readonly<Record<string, unknown>>): string {
  const values = names.map((each) => {
    const value = labels[each];
    if (typeof value === "string" && !isClean(value)) faults.count("label_value_repaired", name, each);
    return textOf(value);
  });
  return printLabels(names, values);
}

class EntryCursor implements ScalarCursor {
  readonly createdSeconds = undefined;
  readonly #entries: Iterator<readonly [string, number]>;
  labels = "";
  braced = " ";
  value = 0;

  constructor(entries: Iterator<readonly [string, number]>) {
    this.#entries = entries;
  }

  exemplar(): undefined {}

  next(): boolean {
    const { done, value } = this.#entries.next();
    if (done === true) return false;
    [this.labels, this.value] = value;
    this.braced = brace(this.labels);
    return true;
  }
}
