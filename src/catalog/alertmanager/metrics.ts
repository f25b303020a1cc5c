import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** What only a member of a cluster exposes; with gossip off, 0.25 has none of them. */
const ofCluster = /^alertmanager_(?:cluster_|oversized?_gossip_|peer_position)/;

/** Every family of Alertmanager; captured from a cluster of two real ones, 0.25. */
export const metrics: readonly MetricFamily[] = familiesOf(captured, {
  alertmanager_alerts: { labels: { state: ["active", "suppressed", "unprocessed"] } },
  alertmanager_marked_alerts: { labels: { state: ["active", "suppressed", "unprocessed"] } },
  alertmanager_alerts_received_total: { labels: { status: ["firing", "resolved"] } },
  alertmanager_silences: { labels: { state: ["active", "expired", "pending"] } },
}).map((family) => (ofCluster.test(family.name) ? { ...family, collector: "cluster" } : family));
