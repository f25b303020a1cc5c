import type { MetricFamily } from "../../signals/metric.ts";

/** Filebeat's HTTP endpoint speaks JSON of its own: what is known of it comes from probes. */
export const metrics: readonly MetricFamily[] = [];
