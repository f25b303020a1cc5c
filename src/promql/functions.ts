/** `any` is a dashboard variable: it passes wherever something is asked for. */
export type ValueType = "scalar" | "vector" | "matrix" | "string" | "any";

/**
 * A function of PromQL. The last `optional` arguments may be left out; with `repeats`, the last one may come any
 * number of times (or not at all). `since` and `until` are Prometheus versions: it is there from the one, and gone
 * from the other.
 */
export interface Signature {
  readonly args: readonly ValueType[];
  readonly optional?: number;
  readonly repeats?: number;
  readonly returns: "scalar" | "vector";
  readonly since?: string;
  readonly until?: string;
}

const vectorMaths =
  "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort " +
  "sort_desc sqrt tan tanh timestamp histogram_count histogram_sum";
const overTime =
  "absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time " +
  "max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time";
const dates = "days_in_month day_of_month day_of_week day_of_year hour minute month year";

/**
 * Signatures of Prometheus 2.42 to 3.14; functions without `since` are in 2.42.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/ and Prometheus' changelog.
 */
export const functions: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...every(vectorMaths, { args: ["vector"], returns: "vector" }),
  ...every(overTime, { args: ["matrix"], returns: "vector" }),
  ...every(dates, { args: ["vector"], optional: 1, returns: "vector" }),
  ["clamp", { args: ["vector", "scalar", "scalar"], returns: "vector" }],
  ["clamp_max", { args: ["vector", "scalar"], returns: "vector" }],
  ["clamp_min", { args: ["vector", "scalar"], returns: "vector" }],
  ["histogram_fraction", { args: ["scalar", "scalar", "vector"], returns: "vector" }],
  ["histogram_quantile", { args: ["scalar", "vector"], returns: "vector" }],
  ["holt_winters", { args: ["matrix", "scalar", "scalar"], returns: "vector", until: "3.0" }],
  ["label_join", { args: ["vector", "string", "string", "string"], optional: 1, repeats: Infinity, returns: "vector" }],
  ["label_replace", { args: ["vector", "string", "string", "string", "string"], returns: "vector" }],
  ["pi", { args: [], returns: "scalar" }],
  ["predict_linear", { args: ["matrix", "scalar"], returns: "vector" }],
  ["quantile_over_time", { args: ["scalar", "matrix"], returns: "vector" }],
  ["round", { args: ["vector", "scalar"], optional: 1, returns: "vector" }],
  ["scalar", { args: ["vector"], returns: "scalar" }],
  ["time", { args: [], returns: "scalar" }],
  ["vector", { args: ["scalar"], returns: "vector" }],
  ["histogram_stddev", { args: ["vector"], returns: "vector", since: "2.49" }],
  ["histogram_stdvar", { args: ["vector"], returns: "vector", since: "2.49" }],
  ["mad_over_time", { args: ["matrix"], returns: "vector", since: "2.49" }],
  ["sort_by_label", { args: ["vector", "string"], optional: 1, repeats: Infinity, returns: "vector", since: "2.49" }],
  [
    "sort_by_label_desc",
    { args: ["vector", "string"], optional: 1, repeats: Infinity, returns: "vector", since: "2.49" },
  ],
  ["histogram_avg", { args: ["vector"], returns: "vector", since: "2.51" }],
  ["info", { args: ["vector", "vector"], optional: 1, returns: "vector", since: "2.55" }],
  ["double_exponential_smoothing", { args: ["matrix", "scalar", "scalar"], returns: "vector", since: "3.0" }],
  ["ts_of_last_over_time", { args: ["matrix"], returns: "vector", since: "3.5" }],
  ["ts_of_max_over_time", { args: ["matrix"], returns: "vector", since: "3.5" }],
  ["ts_of_min_over_time", { args: ["matrix"], returns: "vector", since: "3.5" }],
  ["first_over_time", { args: ["matrix"], returns: "vector", since: "3.7" }],
  ["ts_of_first_over_time", { args: ["matrix"], returns: "vector", since: "3.7" }],
  [
    "histogram_quantiles",
    { args: ["vector", "string", "scalar", "scalar"], optional: 1, repeats: 9, returns: "vector", since: "3.11" },
  ],
  ["start", { args: [], returns: "scalar", since: "3.12" }],
  ["end", { args: [], returns: "scalar", since: "3.12" }],
  ["range", { args: [], returns: "scalar", since: "3.12" }],
  ["step", { args: [], returns: "scalar", since: "3.12" }],
  ["min_of", { args: ["scalar", "scalar"], returns: "scalar", since: "3.13" }],
  ["max_of", { args: ["scalar", "scalar"], returns: "scalar", since: "3.13" }],
  ["start_timestamp", { args: ["vector"], returns: "vector", since: "3.14" }],
  ["integral", { args: ["matrix", "scalar"], optional: 1, returns: "vector", since: "3.15" }],
]);

/** What an aggregation operator takes before the vector. */
export const aggregations: ReadonlyMap<string, { readonly parameter?: "scalar" | "string"; readonly since?: string }> =
  new Map<string, { readonly parameter?: "scalar" | "string"; readonly since?: string }>([
    ...["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"].map((name) => [name, {}] as const),
    ["topk", { parameter: "scalar" }],
    ["bottomk", { parameter: "scalar" }],
    ["quantile", { parameter: "scalar" }],
    ["count_values", { parameter: "string" }],
    ["limitk", { parameter: "scalar", since: "2.54" }],
    ["limit_ratio", { parameter: "scalar", since: "2.54" }],
  ]);

/** Whether a version is before another; only major and minor count. */
export function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

function every(names: string, signature: Signature): readonly (readonly [string, Signature])[] {
  return names.split(" ").map((name) => [name, signature]);
}
