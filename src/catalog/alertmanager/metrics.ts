import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** Every family of Alertmanager; captured from a cluster of two real ones, 0.25. */
export const metrics: readonly MetricFamily[] = familiesOf(captured, {
  alertmanager_alerts: { labels: { state: ["active", "suppressed", "unprocessed"] } },
  alertmanager_marked_alerts: { labels: { state: ["active", "suppressed", "unprocessed"] } },
  alertmanager_alerts_received_total: { labels: { status: ["firing", "resolved"] } },
  alertmanager_silences: { labels: { state: ["active", "expired", "pending"] } },
});
