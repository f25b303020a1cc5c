export type MetricType = "counter" | "gauge" | "histogram" | "summary" | "untyped";

/** What a label can hold: anything, or one of a closed list. */
export type LabelValues = "open" | readonly string[];

/** One metric family as an exporter exposes it. Histograms and summaries are named without `_bucket`, `_sum`, `_count`. */
export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  /** Labels that the exporter sets itself; target labels come from the scrape. */
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** The collector or flag that has to be on for it to exist, by the exporter's own name for it. */
  readonly collector?: string;
  /** Exporter versions that have it, as in `>=0.25.0`, `<0.30.0` or `>=0.25.0 <0.30.0`. */
  readonly versions?: string;
  /** Untyped or wrongly typed by the exporter, but it only ever grows: `rate()` is right. */
  readonly cumulative?: true;
  /** The closed label values were seen in one capture, so that a mismatch is only a warning. */
  readonly snapshot?: true;
}

/** What the capture script writes: the metrics of one run of a real exporter. */
export interface Captured {
  readonly exporter: string;
  readonly version: string;
  /** How it was run: its flags, and what it watched. */
  readonly flags: readonly string[];
  readonly families: Readonly<
    Record<string, { readonly type: string; readonly labels?: readonly string[]; readonly collector?: string }>
  >;
}

const types: readonly MetricType[] = ["counter", "gauge", "histogram", "summary"];

/** Metric families from a capture; `refine` adds what one run cannot show: closed label values, collectors, versions. */
export function familiesOf(
  captured: Captured,
  refine: Readonly<Record<string, Partial<Omit<MetricFamily, "name">>>> = {},
): readonly MetricFamily[] {
  return Object.entries(captured.families).map(([name, seen]) => {
    const labels: Record<string, LabelValues> = {};
    for (const label of seen.labels ?? []) labels[label] = "open";
    const more = refine[name] ?? {};
    return {
      name,
      type: types.find((type) => type === seen.type) ?? "untyped",
      ...(seen.collector === undefined ? {} : { collector: seen.collector }),
      ...more,
      labels: { ...labels, ...more.labels },
    };
  });
}

/** A gauge, declared by hand from documentation. */
export function gauge(
  name: string,
  labels: MetricFamily["labels"] = {},
  more: Partial<MetricFamily> = {},
): MetricFamily {
  return { name, type: "gauge", labels, ...more };
}

/** A counter, declared by hand from documentation. */
export function counter(
  name: string,
  labels: MetricFamily["labels"] = {},
  more: Partial<MetricFamily> = {},
): MetricFamily {
  return { name, type: "counter", labels, ...more };
}

/** A histogram, declared by hand from documentation; `le` is implied. */
export function histogram(
  name: string,
  labels: MetricFamily["labels"] = {},
  more: Partial<MetricFamily> = {},
): MetricFamily {
  return { name, type: "histogram", labels, ...more };
}
