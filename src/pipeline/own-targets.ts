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
 * them, under their job. Other labels of their targets are open, because discovery and relabelling can make any.
 */
export function ownProviders(configs: OwnParts["scrapeConfigs"]): readonly Provider[] {
  return configs.flatMap(({ config }): readonly Provider[] => {
    const read = scrapeConfig.safeParse(config);
    if (!read.success) return [];
    const { job_name: name, relabel_configs: relabel, static_configs: fixed } = read.data;
    const own = [...targetLabels, ...fixed.flatMap(({ labels }) => Object.keys(labels))];
    const open = Object.fromEntries(own.map((label) => [label, "open" as const]));
    return [
      {
        job: name,
        targetLabels: { ...open, ...(relabel.length === 0 && { job: [name] }) },
        on: new Map(),
        off: new Map(),
        anything: true,
      },
    ];
  });
}
