import cluster from "node:cluster";
import type { Reporter } from "../reports/reporter.ts";
import type { MetricOptions, MetricSettings } from "../settings/metrics.ts";
import { joinAsPrimary } from "./cluster/primary.ts";
import { type ClusterPart, joinAsWorker } from "./cluster/worker.ts";
import { createFaults } from "./faults.ts";
import { claimNames } from "./format/claims.ts";
import { contentTypes, type Format, formatFor } from "./format/negotiate.ts";
import { print } from "./format/print.ts";
import type { Meter } from "./instruments.ts";
import { createMeter } from "./meter.ts";
import { createProcessMetrics } from "./process/process-metrics.ts";
import { createPromClient } from "./prom-client/source.ts";
import { observeFaults } from "./self-metrics.ts";
import { createPages, type Page } from "./serving/pages.ts";
import type { Family } from "./storage/family.ts";

/**
 * All metrics of the process: those that are made here, those of prom-client's registries, and the process's own. Where
 * two have the same name, the first in this order is shown and the other one counted.
 */
export interface MetricRegistry extends Meter {
  /**
   * The metrics in the format that a request's `Accept` prefers, rendered after this call began. One page is rendered at a
   * time; who asks meanwhile shares the next one of the format. Rejects in a worker of a cluster whose primary is silent.
   */
  render(accept?: string): Promise<Page>;
  /** Shows a registry of prom-client 14 or 15 as well; its default registry is found without that. */
  include(registry: object): void;
  /** Whether another process of a cluster answers scrapes for this one; known a second after the start at the latest. */
  isServedElsewhere(): Promise<boolean>;
}

/** Characters that are rendered in one turn of the event loop. */
const pieceLength = 64 * 1024;

export function createRegistry(settings: RegistrySettings, reporter?: Reporter): MetricRegistry {
  const faults = createFaults(reporter);
  const own = createMeter({ maxSeries: settings.maxSeries, faults });
  const self = createMeter({ maxSeries: 10_000, faults });
  observeFaults(self.meter, faults);
  const promClient = createPromClient(faults);
  for (const registry of settings.registries ?? []) promClient.include(registry);
  const processMetrics = settings.processMetrics ? createProcessMetrics(faults) : undefined;

  const families = async (): Promise<readonly Family[]> => {
    const theirs = await promClient.families();
    const all = [...own.families(), ...theirs];
    const names = new Set(all.map(({ name }) => name));
    const ofProcess = processMetrics?.families().filter(({ name }) => !names.has(name)) ?? [];
    // Last, so that they tell of what went wrong with the others.
    return [...all, ...ofProcess, ...self.families()];
  };

  const join = cluster.isPrimary ? joinAsPrimary : joinAsWorker;
  const part = settings.cluster ? join(families, faults) : alone(families);

  const render = async (format: Format): Promise<readonly Buffer[]> => {
    const named = claimNames(await part.families(), format, (name) => faults.count("name_clash", name));
    const pieces: Buffer[] = [];
    for (const piece of print(named, { format, created: settings.createdSamples, pieceLength })) {
      pieces.push(Buffer.from(piece));
      await turn();
    }
    return pieces;
  };

  const pages = createPages(render);
  const { counter, gauge, histogram, observed } = own.meter;
  return {
    ...{ counter, gauge, histogram, observed },
    render: (accept) => {
      const format = formatFor(accept);
      return pages(format, contentTypes[format]);
    },
    include: promClient.include,
    isServedElsewhere: part.isServed,
  };
}

export type RegistrySettings = Pick<MetricSettings, "maxSeries" | "processMetrics" | "createdSamples" | "cluster"> &
  Pick<MetricOptions, "registries">;

/** A process on its own. */
function alone(families: () => Promise<readonly Family[]>): ClusterPart {
  return { families, isServed: () => Promise.resolve(false) };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
