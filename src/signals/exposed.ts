import type { MetricFamily } from "./metric.ts";
import type { ScrapeJob } from "./signals.ts";
import { satisfies } from "./versions.ts";

/**
 * Why a family of an exporter is not there on the targets of a job: a version, a collector that is off, or `dropped` where
 * the scrape leaves it out. Undefined where it is there.
 */
export function whyMissing(
  family: MetricFamily,
  { endpoint, version }: Pick<ScrapeJob, "endpoint" | "version">,
): string | undefined {
  const { exporter, collectors, keep, drop } = endpoint;
  if ((keep !== undefined && !whole(keep).test(family.name)) || (drop !== undefined && whole(drop).test(family.name)))
    return "dropped";
  if (family.versions !== undefined && !satisfies(version, family.versions))
    return `${exporter.name} ${version} does not have it (${family.versions} does)`;
  if (family.collector !== undefined && collectors !== undefined && !collectors.includes(family.collector))
    return `the collector ${family.collector} of ${exporter.name} is off`;
  return undefined;
}

const patterns = new Map<string, RegExp>();

function whole(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, known);
  return known;
}
