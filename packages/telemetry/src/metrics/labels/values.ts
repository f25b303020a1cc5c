/** Longer label values are cut: they are mistakes (a URL, a stack trace), and each is kept for the life of the process. */
export const maxValueLength = 256;

/** What Prometheus takes, but people and programs that read lines do not: control characters other than tab and newline. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x00-\x08\x0b-\x1f\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** Whether a label value can stand as it is. */
export function isClean(value: string): boolean {
  return value.length <= maxValueLength && value.isWellFormed() && !control.test(value);
}

/**
 * Any value as the text of a label, at most 256 characters of valid Unicode. Undefined and null are the empty value,
 * which to Prometheus is the same as no label.
 */
export function textOf(value: unknown): string {
  if (typeof value === "string") return isClean(value) ? value : repaired(value);
  if (value === undefined || value === null) return "";
  try {
    const text = String(value);
    return isClean(text) ? text : repaired(text);
  } catch {
    // An object without a prototype, or one whose toString throws.
    return "unprintable";
  }
}

function repaired(value: string): string {
  const cut = value.length > maxValueLength ? value.slice(0, maxValueLength) : value;
  return cut.toWellFormed().replace(controls, "\ufffd");
}

/** Names and values as they stand between the braces. */
export function printLabels(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escapeLabel(values[at] ?? "")}"`).join(",");
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details */
export function escapeLabel(text: string): string {
  return /[\\"\n]/.test(text) ? text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"') : text;
}
