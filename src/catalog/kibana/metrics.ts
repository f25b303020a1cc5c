import type { MetricFamily } from "../../signals/metric.ts";

/** Kibana exposes nothing for Prometheus: what is known of it comes from probes of its status page. */
export const metrics: readonly MetricFamily[] = [];
