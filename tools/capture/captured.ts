import type { Captured } from "../../src/signals/metric.ts";
import type { SeenFamily } from "./text-format.ts";

/** A capture with a sentence that says what was watched. */
export type Capture = Captured & { readonly source: string };

/** Families as they are stored: sorted by name, with the collector where it is known. */
export function families(
  seen: ReadonlyMap<string, SeenFamily>,
  collectorOf: (name: string) => string | undefined = () => undefined,
): Captured["families"] {
  const stored: Record<string, { type: string; labels?: readonly string[]; collector?: string }> = {};
  for (const [name, family] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const collector = collectorOf(name);
    stored[name] = {
      type: family.type,
      ...(family.labels.length === 0 ? {} : { labels: family.labels }),
      ...(collector === undefined ? {} : { collector }),
    };
  }
  return stored;
}

/** Which collector gives a family: the only one whose scrape shows it. What several show belongs to none. */
export function collectorsOf(
  scrapes: readonly (readonly [collector: string, seen: ReadonlyMap<string, SeenFamily>])[],
): (name: string) => string | undefined {
  const owners = new Map<string, Set<string>>();
  for (const [collector, seen] of scrapes) {
    for (const name of seen.keys()) owners.set(name, (owners.get(name) ?? new Set()).add(collector));
  }
  return (name) => {
    const [first, ...others] = owners.get(name) ?? [];
    return others.length === 0 ? first : undefined;
  };
}

/** Version of an exporter as its `…_build_info` or `--version` says it, without the distribution's revision. */
export function versionIn(text: string, pattern = /build_info\{[^}]*\bversion="(\d+(?:\.\d+)+)/): string {
  const [, version] = pattern.exec(text) ?? [];
  if (version === undefined) throw new Error(`no version found by ${pattern}`);
  return version;
}
