import type { Family, ScalarCursor, ScalarFamily } from "../storage/family.ts";
import { brace } from "../storage/family.ts";
import { printPromLabels } from "./labels.ts";
import { isTable, type Table } from "./shape.ts";

interface Sample {
  readonly labels: string;
  readonly value: number;
}

/**
 * A metric of unknown make through its own `get`, as prom-client would read it: objects that only have this, and versions
 * that keep their series in another way. What is neither counter nor gauge comes without its type.
 */
export async function familiesByGet(name: string, metric: unknown, defaultLabels: Table): Promise<readonly Family[]> {
  const get: unknown = isTable(metric) ? metric["get"] : undefined;
  if (typeof get !== "function") return [];
  const read: unknown = await get.call(metric);
  if (!isTable(read) || !Array.isArray(read["values"])) return [];
  const byName = new Map<string, Sample[]>();
  for (const value of read["values"]) {
    if (!isTable(value) || typeof value["value"] !== "number") continue;
    const sampleName = typeof value["metricName"] === "string" ? value["metricName"] : name;
    const own = { ...(isTable(value["sharedLabels"]) ? value["sharedLabels"] : {}), ...tableOf(value["labels"]) };
    const samples = byName.get(sampleName) ?? [];
    samples.push({ labels: printPromLabels(own, defaultLabels), value: value["value"] });
    byName.set(sampleName, samples);
  }
  const type = read["type"] === "counter" || read["type"] === "gauge" ? read["type"] : "unknown";
  return [...byName].map(
    ([sampleName, samples]): ScalarFamily => ({
      name: sampleName,
      help: String(read["help"]),
      type,
      aggregation: "sum",
      open: () => new SampleCursor(samples),
    }),
  );
}

function tableOf(value: unknown): Table {
  return isTable(value) ? value : {};
}

class SampleCursor implements ScalarCursor {
  readonly createdSeconds = undefined;
  readonly #samples: readonly Sample[];
  #at = -1;
  #sample: Sample | undefined;

  constructor(samples: readonly Sample[]) {
    this.#samples = samples;
  }

  exemplar(): undefined {}

  next(): boolean {
    this.#sample = this.#samples[++this.#at];
    return this.#sample !== undefined;
  }

  get labels(): string {
    return this.#sample?.labels ?? "";
  }

  get braced(): string {
    return brace(this.labels);
  }

  get value(): number {
    return this.#sample?.value ?? 0;
  }
}
