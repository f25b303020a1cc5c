export type * from "./instruments.ts";
export { createRegistry, type MetricRegistry } from "./registry.ts";
export { type MetricsHandler, metricsHandler } from "./serving/handler.ts";
export { type MetricsServer, serveMetrics } from "./serving/server.ts";
