import { escapeHelp, escapeLabel, printNumber } from "../text-format.ts";
import { HistogramFamily, type NumberFamily } from "./families.ts";

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const contentType = "text/plain; version=0.0.4; charset=utf-8";

/** Families in Prometheus' text format. */
export function printFamilies(families: readonly (NumberFamily | HistogramFamily)[]): string {
  const lines: string[] = [];
  for (const family of families)
    if (family instanceof HistogramFamily) printHistogram(family, lines);
    else {
      const { name, help, type, labels } = family.description;
      head(lines, name, help, type);
      for (const [values, value] of family.series())
        lines.push(`${name}${braces(pairs(labels, values))} ${printNumber(value)}`);
    }
  lines.push("");
  return lines.join("\n");
}

function printHistogram(family: HistogramFamily, lines: string[]): void {
  const { name, help, labels } = family.description;
  head(lines, name, help, "histogram");
  for (const [values, { counts, sum }] of family.series()) {
    const own = pairs(labels, values);
    let total = 0;
    for (const [at, count] of counts.entries()) {
      total += count;
      const bound = family.bounds[at];
      lines.push(
        `${name}_bucket${braces([...own, `le="${bound === undefined ? "+Inf" : printNumber(bound)}"`])} ${total}`,
      );
    }
    lines.push(`${name}_sum${braces(own)} ${printNumber(sum)}`, `${name}_count${braces(own)} ${total}`);
  }
}

function head(lines: string[], name: string, help: string, type: string): void {
  lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
}

function pairs(labels: readonly string[], values: readonly string[]): readonly string[] {
  return labels.map((label, at) => `${label}="${escapeLabel(values[at] ?? "")}"`);
}

function braces(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
