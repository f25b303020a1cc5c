import { createFaults, type Faults } from "./faults.ts";
import type {
  Aggregation,
  Counter,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  InstrumentOptions,
  Meter,
  ObservedOptions,
} from "./instruments.ts";
import { checkLabelNames, checkMetricName, refusal } from "./labels/names.ts";
import { createCounter, type Making } from "./storage/counter.ts";
import type { Family } from "./storage/family.ts";
import { createGauge } from "./storage/gauge.ts";
import { createHistogram } from "./storage/histogram.ts";
import { readObserved } from "./storage/observed.ts";

/** A meter, and what it has made. */
export interface OwnMetrics {
  readonly meter: Meter;
  /**
   * In the order in which they were made. What is observed is read now, all in one turn of the event loop, so that numbers
   * that belong together agree.
   */
  families(): readonly Family[];
}

export interface MeterOptions {
  readonly maxSeries: number;
  readonly faults?: Faults;
  /** Names of labels are not judged: for families whose names others have chosen. */
  readonly anyLabels?: boolean;
}

type Made =
  | { readonly type: "counter"; readonly instrument: Counter }
  | { readonly type: "gauge"; readonly instrument: Gauge }
  | { readonly type: "histogram"; readonly instrument: Histogram }
  | { readonly type: "observed"; readonly read: ObservedOptions["read"] };

/** Makes a meter of its own; a process has one for all. */
export function createMeter(options: MeterOptions): OwnMetrics {
  const faults = options.faults ?? createFaults(undefined);
  const made = new Map<string, { readonly key: string; readonly family: () => Family; readonly made: Made }>();

  const prepare = (given: InstrumentOptions, type: "counter" | "gauge" | "histogram"): Making => {
    const { name, help, labels = [], maxSeries = options.maxSeries } = given;
    checkMetricName(name, type);
    if (typeof help !== "string" || help === "")
      throw refusal(`${name} has no help`, "say in a sentence what it counts");
    if (options.anyLabels !== true) checkLabelNames(name, labels);
    if (!Number.isInteger(maxSeries) || maxSeries < 1)
      throw refusal(`${name}: maxSeries is ${maxSeries}`, "give a whole number of at least 1");
    return { name, help, labels: [...labels], maxSeries, faults };
  };

  /** What was made under the name with the same options; throws where the name is another's. */
  const known = (name: string, key: string): Made | undefined => {
    const before = made.get(name);
    if (before === undefined) return undefined;
    if (before.key === key) return before.made;
    throw refusal(
      `metric ${name} is there already with other options (type, help, labels, limits or buckets)`,
      "make it once and share it, or choose another name",
    );
  };
  const keep = (name: string, key: string, family: () => Family, instrument: Made): void => {
    made.set(name, { key, family, made: instrument });
  };

  return {
    families: () => [...made.values()].map(({ family }) => family()),
    meter: {
      counter(given) {
        const making = prepare(given, "counter");
        const key = keyOf("counter", making);
        const before = known(making.name, key);
        if (before?.type === "counter") return before.instrument;
        const { instrument, family } = createCounter(making);
        keep(making.name, key, () => family, { type: "counter", instrument });
        return instrument;
      },
      gauge(given: GaugeOptions) {
        const making = prepare(given, "gauge");
        const { aggregation = "sum" } = given;
        const key = keyOf("gauge", making, aggregation);
        const before = known(making.name, key);
        if (before?.type === "gauge") return before.instrument;
        const { instrument, family } = createGauge(making, aggregation);
        keep(making.name, key, () => family, { type: "gauge", instrument });
        return instrument;
      },
      histogram(given: HistogramOptions) {
        const making = prepare(given, "histogram");
        const bounds = checkedBounds(making.name, given.buckets);
        const key = keyOf("histogram", making, bounds);
        const before = known(making.name, key);
        if (before?.type === "histogram") return before.instrument;
        const { instrument, family } = createHistogram(making, bounds);
        keep(making.name, key, () => family, { type: "histogram", instrument });
        return instrument;
      },
      observed(given) {
        const making = prepare(given, given.type);
        const aggregation: Aggregation = given.type === "counter" ? "sum" : (given.aggregation ?? "sum");
        const key = keyOf(`observed ${given.type}`, making, aggregation);
        const before = known(making.name, key);
        if (before?.type === "observed" && before.read === given.read) return;
        if (before !== undefined)
          throw refusal(`metric ${making.name} is read by another function already`, "make it once");
        if (typeof given.read !== "function") throw refusal(`${making.name} has no function read`, "give one");
        const { type, read } = given;
        const family = (): Family => readObserved(making, { type, read, aggregation });
        keep(making.name, key, family, { type: "observed", read: given.read });
      },
    },
  };
}

function keyOf(type: string, { help, labels, maxSeries }: Making, more?: unknown): string {
  return JSON.stringify([type, help, labels, maxSeries, more]);
}

function checkedBounds(name: string, buckets: readonly number[]): readonly number[] {
  const bounds = [...buckets];
  const isAscending = bounds.every(
    (bound, at) => Number.isFinite(bound) && (at === 0 || bound > (bounds[at - 1] ?? bound)),
  );
  if (bounds.length === 0 || !isAscending)
    throw refusal(`${name}: buckets are not finite and ascending`, "give at least one bound and leave +Inf out");
  return bounds;
}
