import type { Aggregation } from "../instruments.ts";
import type { ShownExemplar } from "./exemplars.ts";

/**
 * What a scrape reads: a metric with all its series, wherever they are kept. A cursor goes over the series as they are
 * while it goes: between two of them the event loop may have had its turn.
 */
export type Family = ScalarFamily | HistogramFamily | SummaryFamily;

interface FamilyHead {
  /** As in the text format: counters mostly with `_total`. */
  readonly name: string;
  readonly help: string;
  readonly aggregation: Aggregation;
}

export interface ScalarFamily extends FamilyHead {
  readonly type: "counter" | "gauge" | "unknown";
  open(): ScalarCursor;
}

export interface HistogramFamily extends FamilyHead {
  readonly type: "histogram";
  /** Upper bounds without +Inf. */
  readonly bounds: readonly number[];
  open(): HistogramCursor;
}

export interface SummaryFamily extends FamilyHead {
  readonly type: "summary";
  open(): SummaryCursor;
}

interface Cursor {
  /** Goes to the next series; false after the last. */
  next(): boolean;
  /** Printed labels of the series, without braces. */
  readonly labels: string;
}

export interface ScalarCursor extends Cursor {
  /** Labels in braces, with the space behind them. */
  readonly braced: string;
  readonly value: number;
  exemplar(): ShownExemplar | undefined;
  /** Unix time in seconds at which the series began to count, where that is known. */
  readonly createdSeconds: number | undefined;
}

export interface HistogramCursor extends Cursor {
  readonly braced: string;
  /** The brace and the labels, ready for `le`. */
  readonly open: string;
  /** Observations of a bucket alone; the one behind the last bound is that of +Inf. */
  bucket(at: number): number;
  readonly sum: number;
  exemplar(at: number): ShownExemplar | undefined;
  readonly createdSeconds: number | undefined;
}

export interface SummaryCursor extends Cursor {
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  readonly sum: number;
  readonly count: number;
}

/** Labels in braces, with the space behind them. Joined, so that what is kept is one flat string and quick to copy. */
export function brace(labels: string): string {
  return labels === "" ? " " : ["{", labels, "} "].join("");
}

/** The brace and the labels, ready for one more. */
export function openBrace(labels: string): string {
  return labels === "" ? "{" : ["{", labels, ","].join("");
}
