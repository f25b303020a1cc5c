/**
 * Labels that belong to the target, not to a metric: Prometheus attaches them when it scrapes, and would store a metric's
 * own as `exported_…`, where no dashboard and no alert looks. `le` and `quantile` belong to the notation.
 */
export const reservedLabels: ReadonlySet<string> = new Set([
  ...["job", "instance", "service", "host", "kind", "owner", "platform", "environment", "replica"],
  ...["le", "quantile"],
]);

/** https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Suffixes of samples that belong to other types. */
const taken = ["_bucket", "_sum", "_count", "_created"] as const;

/** Throws where a metric must not have this name. */
export function checkMetricName(name: string, type: "counter" | "gauge" | "histogram"): void {
  if (typeof name !== "string" || !metricName.test(name))
    throw refusal(`metric name ${show(name)} is not one`, "use letters, digits and _, and begin with a letter");
  if (type === "counter" && !name.endsWith("_total"))
    throw refusal(`counter ${name} does not end in _total`, `name it ${name}_total`);
  if (type !== "counter" && name.endsWith("_total"))
    throw refusal(`${type} ${name} ends in _total, which only counters do`, "drop the suffix, or make it a counter");
  const suffix = taken.find((each) => name.endsWith(each));
  if (suffix !== undefined)
    throw refusal(`${name} ends in ${suffix}, which Prometheus adds to histograms itself`, "choose another name");
}

/** Throws where a metric must not have one of these labels. */
export function checkLabelNames(metric: string, names: readonly string[]): void {
  for (const [at, name] of names.entries()) {
    if (typeof name !== "string" || !labelName.test(name))
      throw refusal(`${metric}: label ${show(name)} is not a name`, "use letters, digits and _");
    if (name.startsWith("__"))
      throw refusal(`${metric}: label ${name} is reserved, as all that begin with __`, "choose another name");
    if (reservedLabels.has(name))
      throw refusal(
        `${metric}: label ${name} is reserved: Prometheus attaches it to every target`,
        `choose another name, such as peer_${name}, or leave it out where it means this application`,
      );
    if (names.indexOf(name) !== at) throw refusal(`${metric}: label ${name} is named twice`, "drop one");
  }
}

/** What is wrong, and what to do. */
export function refusal(what: string, fix: string): TypeError {
  return new TypeError(`${what}; ${fix}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : typeof value;
}
