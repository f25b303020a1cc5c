import type { Reporter } from "../reports/reporter.ts";

/** What went wrong without anybody being disturbed by it. */
export const faults = [
  "label_value_repaired",
  "label_unknown",
  "value_refused",
  "exemplar_cut",
  "name_clash",
  "read_failed",
  "worker_silent",
] as const;

export type Fault = (typeof faults)[number];

const messages: Readonly<Record<Fault, string>> = {
  label_value_repaired: "a label value was cut or repaired",
  label_unknown: "a label that the metric does not have was ignored",
  value_refused: "a value that is not a number, or not one for this metric, was ignored",
  exemplar_cut: "an exemplar of more than 128 characters was cut",
  name_clash: "a metric is missing because another one has its name",
  read_failed: "a metric is missing because reading it failed or took too long",
  worker_silent: "a worker did not tell its metrics in time; its last known counts are used",
};

/** Counts faults, and says the first of each metric; later ones are only counted. */
export interface Faults {
  count(fault: Fault, metric: string, detail?: string): void;
  /** An observation that went to `other`. */
  limited(metric: string, maxSeries: number): void;
  readonly counts: ReadonlyMap<Fault, number>;
  readonly limitedByMetric: ReadonlyMap<string, number>;
}

/** A bound for what is remembered of names that come from elsewhere. */
const maxSaid = 1_000;

export function createFaults(reporter: Reporter | undefined): Faults {
  const counts = new Map<Fault, number>(faults.map((fault) => [fault, 0]));
  const limitedByMetric = new Map<string, number>();
  const said = new Set<string>();
  return {
    counts,
    limitedByMetric,
    count(fault, metric, detail) {
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
      const key = `metrics:${fault}:${metric}`;
      if (reporter === undefined || said.has(key) || said.size >= maxSaid) return;
      said.add(key);
      reporter.begin(key, messages[fault], { metric, ...(detail === undefined ? {} : { detail }) });
    },
    limited(metric, maxSeries) {
      const before = limitedByMetric.get(metric) ?? 0;
      limitedByMetric.set(metric, before + 1);
      if (before === 0)
        reporter?.begin(`metrics:limited:${metric}`, "a metric has too many label sets; further ones go to other", {
          metric,
          limit: maxSeries,
        });
    },
  };
}
