import type { Aggregation } from "../instruments.ts";
import type { ShownExemplar } from "../storage/exemplars.ts";
import type { Family } from "../storage/family.ts";

/**
 * A part of a family on its way from process to process, as JSON. A family comes in as many parts as it takes to keep each
 * message small.
 */
export interface WireFamily {
  readonly name: string;
  readonly help: string;
  readonly type: Family["type"];
  readonly aggregation: Aggregation;
  /** Of histograms. */
  readonly bounds: readonly number[];
  readonly series: readonly WireSeries[];
}

export interface WireSeries {
  /** As they are printed between the braces. */
  readonly labels: string;
  /** The value; the sum of a histogram or summary. JSON has no NaN and no infinities: these are texts. */
  readonly value: number | string;
  /** Of a histogram by bucket, of a summary in all. */
  readonly counts?: readonly number[];
  /** With the place of the bucket. */
  readonly exemplars?: readonly (readonly [at: number, exemplar: ShownExemplar])[];
}

/** Numbers in one part: some milliseconds of work on either side. */
const partSize = 2_000;

/** Cuts families into parts. Between two parts the caller may let the event loop have its turn. */
export function* toWire(families: readonly Family[]): Generator<WireFamily, void, void> {
  for (const family of families) {
    const { name, help, type, aggregation } = family;
    const bounds = family.type === "histogram" ? family.bounds : [];
    const most = Math.max(1, Math.floor(partSize / (bounds.length + 1)));
    let series: WireSeries[] = [];
    for (const each of seriesOf(family)) {
      series.push(each);
      if (series.length < most) continue;
      yield { name, help, type, aggregation, bounds, series };
      series = [];
    }
    yield { name, help, type, aggregation, bounds, series };
  }
}

function* seriesOf(family: Family): Generator<WireSeries, void, void> {
  if (family.type === "histogram") {
    const cursor = family.open();
    while (cursor.next()) {
      const counts: number[] = [];
      const exemplars: [number, ShownExemplar][] = [];
      for (let at = 0; at <= family.bounds.length; at++) {
        counts.push(cursor.bucket(at));
        const exemplar = cursor.exemplar(at);
        if (exemplar !== undefined) exemplars.push([at, exemplar]);
      }
      yield {
        labels: cursor.labels,
        value: jsonNumber(cursor.sum),
        counts,
        ...(exemplars.length > 0 && { exemplars }),
      };
    }
  } else if (family.type === "summary") {
    const cursor = family.open();
    while (cursor.next()) yield { labels: cursor.labels, value: jsonNumber(cursor.sum), counts: [cursor.count] };
  } else {
    const cursor = family.open();
    while (cursor.next()) {
      const { labels, value } = cursor;
      const exemplar = cursor.exemplar();
      yield {
        labels,
        value: jsonNumber(value),
        ...(exemplar !== undefined && { exemplars: [[0, exemplar]] as const }),
      };
    }
  }
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

const types: readonly unknown[] = ["counter", "gauge", "unknown", "histogram", "summary"] satisfies Family["type"][];

/** Whether a message's content is a part of a family; only processes of the same application send any. */
export function isWireFamily(value: unknown): value is WireFamily {
  if (typeof value !== "object" || value === null) return false;
  const { name, type, bounds, series } = {
    name: undefined,
    type: undefined,
    bounds: undefined,
    series: undefined,
    ...value,
  };
  return typeof name === "string" && types.includes(type) && Array.isArray(bounds) && Array.isArray(series);
}
