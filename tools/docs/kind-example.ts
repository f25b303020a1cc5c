import { readFileSync } from "node:fs";
import { z } from "zod";
import { expand } from "../../src/catalog/expand/index.ts";
import { kinds } from "../../src/catalog/index.ts";
import type { Kind } from "../../src/catalog/kind.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";
import type { Cluster, Signals } from "../../src/signals/signals.ts";

/** What the smallest inventory of a kind makes of it. */
export interface KindExample {
  readonly jobs: readonly ExampleJob[];
  readonly alerts: Signals["alerts"];
  /** How its first service holds together. */
  readonly cluster: Cluster | undefined;
  /** Panels of its dashboard. */
  readonly panels: number;
}

/** A scrape job; `own` where it asks the service's own port. */
export type ExampleJob = Signals["jobs"][number] & { readonly own: boolean };

/** Expands `example.yaml` of a kind. Throws where it has a problem that is an error. */
export function exampleOf(kind: Kind): KindExample {
  const reading = readInventory(readFileSync(fileOf(kind, "example.yaml")));
  if (!reading.ok) throw new Error(`example.yaml of ${kind.id} is not YAML`);
  const { model, problems } = compile(reading.value, kinds);
  if (model === undefined)
    throw new Error(`example.yaml of ${kind.id}: ${problems.map(({ message }) => message).join("; ")}`);
  const signals = expand(model, kinds);
  const service = [...model.services.values()].find((each) => each.kind === kind.id);
  return {
    jobs: signals.jobs
      .filter((job) => job.kind === kind.id)
      .map((job) => ({ ...job, own: job.endpoint.port === model.services.get(job.service)?.port })),
    alerts: signals.alerts.filter((rule) => rule.kind === kind.id),
    cluster: service && signals.clusters.get(service.name),
    panels: signals.dashboards
      .filter((dashboard) => dashboard.kind === kind.id)
      .flatMap((dashboard) => dashboard.rows)
      .reduce((sum, row) => sum + row.panels.length, 0),
  };
}

const captured = z.looseObject({ exporter: z.string(), version: z.string(), source: z.string() });

/** What was watched when the metrics of a kind were captured. */
export type Capture = z.output<typeof captured>;

/** The capture of a kind; undefined where there is none. */
export function captureOf(kind: Kind): Capture | undefined {
  try {
    return captured.parse(JSON.parse(readFileSync(fileOf(kind, "captured.json"), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function fileOf(kind: Kind, name: string): URL {
  return new URL(`../../src/catalog/${kind.id}/${name}`, import.meta.url);
}
