/** One family as a scrape showed it; labels are names only, so that nothing of this machine is kept. */
export interface SeenFamily {
  readonly type: string;
  readonly labels: readonly string[];
}

/** Labels that belong to the notation of a type, not to the family. */
const notation: Readonly<Record<string, string>> = { histogram: "le", summary: "quantile" };

/**
 * Families of a scrape in the Prometheus text format 0.0.4, by name; histograms and summaries under their base name.
 * Throws on a line that is not of the format.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseTextFormat(text: string): ReadonlyMap<string, SeenFamily> {
  const types = new Map<string, string>();
  const labels = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) types.set(typed, type);
    if (line === "" || line.startsWith("#")) continue;
    const sample = /^([a-zA-Z_:][\w:]*)(\{.*\})? [^ ]+( -?\d+)?$/.exec(line);
    if (sample?.[1] === undefined) throw new Error(`not a sample of the Prometheus text format: ${line}`);
    const family = familyOf(sample[1], types);
    const names = labels.get(family) ?? new Set();
    for (const name of labelNames(sample[2] ?? "")) {
      if (name !== notation[types.get(family) ?? ""]) names.add(name);
    }
    labels.set(family, names);
  }
  const seen = new Map<string, SeenFamily>();
  for (const [name, names] of labels) {
    seen.set(name, { type: types.get(name) ?? "untyped", labels: [...names].sort() });
  }
  return seen;
}

function familyOf(sample: string, types: ReadonlyMap<string, string>): string {
  if (types.has(sample)) return sample;
  const base = sample.replace(/_(bucket|sum|count)$/, "");
  const type = types.get(base);
  return type === "histogram" || type === "summary" ? base : sample;
}

function labelNames(block: string): readonly string[] {
  return [...block.matchAll(/[{,]([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"/g)].flatMap(([, name]) => name ?? []);
}

/** The union of several scrapes: a family keeps the first type seen and the labels of all. */
export function merge(scrapes: readonly ReadonlyMap<string, SeenFamily>[]): ReadonlyMap<string, SeenFamily> {
  const all = new Map<string, SeenFamily>();
  for (const scrape of scrapes) {
    for (const [name, family] of scrape) {
      const known = all.get(name);
      const labels = [...new Set([...(known?.labels ?? []), ...family.labels])].sort();
      all.set(name, { type: known?.type ?? family.type, labels });
    }
  }
  return all;
}
