import type { Faults } from "../faults.ts";
import { createMeter } from "../meter.ts";
import type { Family } from "../storage/family.ts";
import { observeActivity } from "./activity.ts";
import { observeEventLoop } from "./event-loop.ts";
import { observeGarbage } from "./garbage.ts";
import { observeMemory } from "./memory.ts";
import { observeResources } from "./resources.ts";

/**
 * Metrics of the process under the names that prom-client gives them, so that dashboards fit, and the heap's limit beside
 * them; without the three gauges that prom-client names like counters (`nodejs_active_handles_total` and such), whose
 * values are the sums of the families without the suffix.
 * https://github.com/siimon/prom-client#default-metrics
 */
export function createProcessMetrics(faults: Faults): { families(): readonly Family[] } {
  // The label `kind` of nodejs_gc_duration_seconds is reserved, but it is what the dashboards know.
  const { meter, families } = createMeter({ maxSeries: 1_000, faults, anyLabels: true });
  observeResources(meter);
  observeMemory(meter);
  observeActivity(meter);
  observeEventLoop(meter);
  observeGarbage(meter);
  return { families };
}
