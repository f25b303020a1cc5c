import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import { asScraped } from "../as-scraped.ts";
import captured from "./captured.json" with { type: "json" };

/**
 * What elasticsearch_exporter gives without any of its collector flags: cluster health and the stats of the node beside
 * it. Nearly all node stats carry the node's own idea of its host, which is stored as `exported_host`.
 */
export const metrics: readonly MetricFamily[] = asScraped(
  familiesOf(captured, {
    elasticsearch_cluster_health_status: { labels: { color: ["green", "yellow", "red"] } },
    elasticsearch_jvm_memory_used_bytes: { labels: { area: ["heap", "non-heap"] } },
    elasticsearch_jvm_memory_max_bytes: { labels: { area: ["heap"] } },
  }),
);
