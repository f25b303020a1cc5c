import type { Registry } from "prom-client";
import { escapeHelp, escapeLabel, printNumber } from "../text-format.ts";
import type { Format } from "./negotiate.ts";

type Family = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>[number];

/**
 * Prints what a registry holds. Not with the registry's own printer: that one takes the format from the registry and
 * renames the counters in it for good, so that after one OpenMetrics scrape every text scrape has other names.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function printFamilies(families: readonly Family[], format: Format): string {
  const lines: string[] = [];
  for (const family of families) printFamily(family, format, lines);
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

function printFamily(family: Family, format: Format, lines: string[]): void {
  const { name, help } = family;
  const type = String(family.type);
  // OpenMetrics names the family of a counter without the suffix that its samples have.
  const familyName = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  lines.push(
    `# HELP ${familyName} ${format === "openmetrics" ? escapeLabel(help) : escapeHelp(help)}`,
    `# TYPE ${familyName} ${type}`,
  );
  for (const sample of family.values) {
    const { value, labels } = sample;
    // Of a histogram's samples; prom-client's types do not tell of it.
    const metricName = "metricName" in sample ? String(sample.metricName) : name;
    lines.push(`${metricName}${printLabels(labels)} ${printNumber(value)}`);
  }
}

/** A series keeps the object of its labels from scrape to scrape. */
const printed = new WeakMap<object, string>();

function printLabels(labels: Family["values"][number]["labels"]): string {
  const before = printed.get(labels);
  if (before !== undefined) return before;
  const pairs = Object.entries(labels).filter(([, text]) => text !== undefined);
  const text = pairs.map(([label, value]) => `${label}="${escapeLabel(String(value))}"`).join(",");
  const braced = text === "" ? "" : `{${text}}`;
  printed.set(labels, braced);
  return braced;
}
