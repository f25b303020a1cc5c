import type { MetricFamily } from "../../signals/metric.ts";

/** Nothing is known beforehand of what a custom service exposes; its endpoint says so by `anyMetrics`. */
export const metrics: readonly MetricFamily[] = [];
