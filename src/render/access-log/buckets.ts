import type { Model, Service } from "../../model/model.ts";

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const conventional = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const alert = "NginxLatencyP99High";
const alertDefault = 2;

/**
 * Bounds of the histograms in seconds: the conventional ones of HTTP, and the threshold of the latency alert of the
 * service, because a quantile is exact at a bound only.
 */
export function buckets(model: Model, service: Service): readonly number[] {
  const own = service.thresholds[alert] ?? model.alerting?.thresholds[alert];
  const all = new Set([...conventional, own?.threshold ?? alertDefault]);
  return [...all].filter((bound) => bound > 0).toSorted((a, b) => a - b);
}
