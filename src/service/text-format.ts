/**
 * Parts of Prometheus' text format, which OpenMetrics shares.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */

/** A help text on its line. */
export function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** A label's value between its quotes. */
export function escapeLabel(text: string): string {
  return /[\\"\n]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

/** A sample's value, or a bucket's bound. */
export function printNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
