import type { MetricFamily } from "../../signals/metric.ts";

/** FastDFS exposes nothing for Prometheus: what is known of it comes from probes of its port. */
export const metrics: readonly MetricFamily[] = [];
