import { escapeLabel } from "../labels/values.ts";
import type { ShownExemplar } from "../storage/exemplars.ts";
import { isTable, type Table } from "./shape.ts";

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Labels of a series and, under them, of its registry; in the order of their names, so that two processes of a cluster
 * print a series alike. What prom-client lets through and nobody could read is left out.
 */
export function printPromLabels(own: Table, defaults: Table): string {
  const names = Object.keys(own);
  for (const name of Object.keys(defaults)) if (!names.includes(name)) names.push(name);
  const pairs: string[] = [];
  for (const name of names.sort()) {
    const value = own[name] ?? defaults[name];
    if (value !== undefined && labelName.test(name)) pairs.push(`${name}="${escapeLabel(textOf(value))}"`);
  }
  return pairs.join(",");
}

/** An exemplar as prom-client keeps it; undefined where there is none, or none that OpenMetrics allows. */
export function promExemplar(exemplar: unknown): ShownExemplar | undefined {
  if (!isTable(exemplar) || !isTable(exemplar["labelSet"]) || typeof exemplar["value"] !== "number") return undefined;
  const pairs = Object.entries(exemplar["labelSet"]).map(([name, value]): [string, string] => [name, textOf(value)]);
  const length = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > 128 || pairs.length === 0 || !pairs.every(([name]) => labelName.test(name))) return undefined;
  const { value, timestamp } = exemplar;
  return {
    labels: pairs.map(([name, text]) => `${name}="${escapeLabel(text)}"`).join(","),
    value,
    seconds: typeof timestamp === "number" ? timestamp : Date.now() / 1000,
  };
}

/** As prom-client writes it; a value that cannot be written is left empty. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}
