import { z } from "zod";
import { type Provider, targetLabels } from "../promql/world.ts";
import type { OwnParts } from "../render/prometheus/index.ts";

const scrapeConfig = z.looseObject({
  job_name: z.string(),
  relabel_configs: z.array(z.unknown()).default([]),
  static_configs: z.array(z.looseObject({ labels: z.record(z.string(), z.string()).default({}) })).default([]),
});

/**
 * Own scrape configs as sources of series. What they expose is not known: a name that nothing else has may come from
 * them, under their job. Labels of static targets are those that are written; discovery and relabelling can make any.
 */
export function ownProviders(configs: OwnParts["scrapeConfigs"]): readonly Provider[] {
  return configs.flatMap(({ config }): readonly Provider[] => {
    const read = scrapeConfig.safeParse(config);
    if (!read.success) return [];
    const { job_name: name, relabel_configs: relabel, static_configs: fixed, ...more } = read.data;
    const discovers = relabel.length > 0 || Object.keys(more).some((key) => key.endsWith("_sd_configs"));
    const own = ["instance", ...fixed.flatMap(({ labels }) => Object.keys(labels)), ...(discovers ? targetLabels : [])];
    const open = Object.fromEntries(own.map((label) => [label, "open" as const]));
    const job = relabel.length > 0 ? ("open" as const) : [name];
    return [{ job: name, targetLabels: { ...open, job }, on: new Map(), off: new Map(), anything: true }];
  });
}
