import { collectDefaultMetrics, Registry } from "prom-client";

/**
 * Gauges that are named like counters, which every linter of metrics refuses; the sums of the families without the
 * suffix are the same.
 */
const misnamed = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** A registry with the metrics of the process; one for the life of the process, since they hook into it. */
export function processRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(name);
  return register;
}
