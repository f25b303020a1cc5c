/** Label values by name. What is not a string is written as one; see `labels/values.ts`: a strange value never throws. */
export type LabelValues = Readonly<Record<string, unknown>>;

/**
 * How the gauges of the processes of one application become one where `node:cluster` is used; counters and histograms
 * are always added up. `none`: the family is left out of what all processes say together.
 */
export type Aggregation = "sum" | "average" | "min" | "max" | "first" | "none";

export interface InstrumentOptions {
  /** Prometheus name in base units; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of its labels, fixed once and for all; target labels (`service`, `host`, …) are refused. */
  readonly labels?: readonly string[];
  /** Label sets at most; the rest is summed up under `other` and counted. Default: the registry's, 2,000. */
  readonly maxSeries?: number;
}

export interface GaugeOptions extends InstrumentOptions {
  /** Default: `sum`. */
  readonly aggregation?: Aggregation;
}

export interface HistogramOptions extends InstrumentOptions {
  /** Upper bounds, ascending, without +Inf. */
  readonly buckets: readonly number[];
}

/** Ties an observation to a trace; shown in OpenMetrics with the label names `trace_id` and `span_id`. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
}

export interface BoundCounter {
  /** Adds a number of at least 0, by default 1; anything else is ignored and counted. */
  inc(by?: number, exemplar?: Exemplar): void;
}

export interface Counter extends BoundCounter {
  /** The series of a label set, to be kept where it is used often. */
  bind(labels: LabelValues): BoundCounter;
  add(labels: LabelValues, by?: number, exemplar?: Exemplar): void;
}

export interface BoundGauge {
  /** Takes any number, NaN and infinities too; anything else is ignored and counted. */
  set(value: number): void;
  inc(by?: number): void;
  dec(by?: number): void;
}

export interface Gauge extends BoundGauge {
  bind(labels: LabelValues): BoundGauge;
  setFor(labels: LabelValues, value: number): void;
}

export interface BoundHistogram {
  /** Takes finite numbers; anything else is ignored and counted. */
  observe(value: number, exemplar?: Exemplar): void;
}

export interface Histogram extends BoundHistogram {
  bind(labels: LabelValues): BoundHistogram;
  observeFor(labels: LabelValues, value: number, exemplar?: Exemplar): void;
}

/** A sample that is read when somebody scrapes. */
export interface Observed {
  readonly labels?: LabelValues;
  readonly value: number;
}

export interface ObservedOptions extends GaugeOptions {
  readonly type: "counter" | "gauge";
  /** Called at each scrape; must not throw and not wait. Where it throws, the family is missing and that is counted. */
  readonly read: () => number | readonly Observed[];
}

/**
 * Makes instruments. The same name with the same options gives the same instrument. Throws a TypeError that says what to
 * change for a name that is used already with other options, for one that Prometheus would refuse, and for reserved
 * labels; the instruments themselves never throw.
 */
export interface Meter {
  counter(options: InstrumentOptions): Counter;
  gauge(options: GaugeOptions): Gauge;
  histogram(options: HistogramOptions): Histogram;
  observed(options: ObservedOptions): void;
}
