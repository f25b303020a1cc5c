import { constants, PerformanceObserver } from "node:perf_hooks";
import type { Meter } from "../instruments.ts";

const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/** Time that goes into collecting garbage. */
export function observeGarbage(meter: Meter): void {
  const durations = meter.histogram({
    name: "nodejs_gc_duration_seconds",
    help: "Duration of garbage collections by kind: major, minor, incremental or weakcb.",
    labels: ["kind"],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      durations.observeFor({ kind: kindOf(Reflect.get(entry, "detail")) }, entry.duration / 1000);
  });
  observer.observe({ entryTypes: ["gc"] });
}

function kindOf(detail: unknown): string {
  const kind: unknown = typeof detail === "object" && detail !== null ? Reflect.get(detail, "kind") : undefined;
  return kinds.get(kind) ?? "unknown";
}
