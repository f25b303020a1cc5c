import { setTimeout as sleep } from "node:timers/promises";
import type { Faults } from "../faults.ts";
import type { Family } from "../storage/family.ts";
import { promClientDefaults } from "./copies.ts";
import { familyOf } from "./families.ts";
import { familiesByGet } from "./get.ts";
import { KeyTable } from "./key-table.ts";
import { printPromLabels } from "./labels.ts";
import { isPromMetric, isTable, metricsOf, type PromMetric, type Table } from "./shape.ts";

export interface PromClientSource {
  /** Shows a registry beside the default ones. */
  include(registry: object): void;
  /** Lets each metric collect, then gives all as families. Never rejects. */
  families(): Promise<readonly Family[]>;
}

/** Prometheus gives up a scrape after 10 s by default; a metric that takes longer than this must not cost it. */
const collectMs = 5_000;
/** Collecting holds the event loop; after so long it gets its turn. */
const turnMs = 5;

/** What a metric comes to: its families at once, or when it has collected. */
type Reading = readonly Family[] | Promise<readonly Family[]>;

/** Reads registries of prom-client without its own printer. */
export function createPromClient(faults: Faults, patienceMs: number = collectMs): PromClientSource {
  const included = new Set<object>();
  const tables = new WeakMap<object, { readonly keys: KeyTable; readonly labelKey: string }>();
  const collecting = new WeakMap<object, { readonly since: number; readonly done: Promise<unknown> }>();

  const failed = (name: string, error: unknown): readonly Family[] => {
    faults.count("read_failed", name, error instanceof Error ? error.message.slice(0, 200) : "");
    return [];
  };

  const keysOf = (metric: PromMetric, labelKey: string): KeyTable => {
    const known = tables.get(metric);
    if (known?.labelKey === labelKey) return known.keys;
    const keys = new KeyTable();
    tables.set(metric, { keys, labelKey });
    return keys;
  };

  /** Collects, unless an earlier scrape still waits for that; undefined where there is nothing to wait for. */
  const collect = (metric: PromMetric): Promise<unknown> | undefined => {
    const before = collecting.get(metric);
    if (before !== undefined) {
      if (performance.now() - before.since > patienceMs)
        throw new Error("it has been collecting since an earlier scrape");
      return before.done;
    }
    const collected: unknown = typeof metric.collect === "function" ? metric.collect() : undefined;
    if (!isTable(collected) || typeof collected["then"] !== "function") return undefined;
    const done = Promise.resolve(collected).finally(() => collecting.delete(metric));
    collecting.set(metric, { since: performance.now(), done });
    return done;
  };

  const read = (name: string, metric: unknown, { labels, labelKey }: Defaults): Reading => {
    const byGet = (): Reading => familiesByGet(name, metric, labels).catch((error) => failed(name, error));
    const open = (known: PromMetric): Reading => {
      const family = familyOf({ name, metric: known, keys: keysOf(known, labelKey), defaultLabels: labels });
      return family === undefined ? byGet() : [family];
    };
    try {
      if (!isPromMetric(metric)) return byGet();
      const collected = collect(metric);
      return collected === undefined
        ? open(metric)
        : collected.then(() => open(metric)).catch((error) => failed(name, error));
    } catch (error) {
      return failed(name, error);
    }
  };

  /** As in prom-client all collect at once, in order: some fill the metrics behind them. */
  const readAll = async (): Promise<readonly (readonly [name: string, reading: Reading])[]> => {
    const readings: (readonly [string, Reading])[] = [];
    let sinceTurn = performance.now();
    for (const registry of new Set([...promClientDefaults(), ...included])) {
      const defaults = defaultsOf(registry);
      for (const [name, metric] of metricsOf(registry)) {
        readings.push([name, read(name, metric, defaults)]);
        if (performance.now() - sinceTurn < turnMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        sinceTurn = performance.now();
      }
    }
    return readings;
  };

  return {
    include: (registry) => {
      included.add(registry);
    },
    async families() {
      const readings = await readAll();
      const stop = new AbortController();
      const late = sleep(patienceMs, "late" as const, { signal: stop.signal, ref: false }).catch(() => "late" as const);
      const all: Family[] = [];
      for (const [name, reading] of readings) {
        const ready = reading instanceof Promise ? await Promise.race([reading, late]) : reading;
        if (ready === "late") failed(name, new Error(`it takes longer than ${patienceMs} ms to collect`));
        else all.push(...ready);
      }
      stop.abort();
      return all;
    },
  };
}

interface Defaults {
  readonly labels: Table;
  /** Differs where the labels do. */
  readonly labelKey: string;
}

function defaultsOf(registry: object): Defaults {
  const labels: unknown = Reflect.get(registry, "_defaultLabels");
  return isTable(labels) ? { labels, labelKey: printPromLabels(labels, {}) } : { labels: {}, labelKey: "" };
}
