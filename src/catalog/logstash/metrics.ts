import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import { asScraped } from "../as-scraped.ts";
import captured from "./captured.json" with { type: "json" };

/** What logstash_exporter makes of Logstash's API. `logstash_info_node` names the host itself, stored as `exported_host`. */
export const metrics: readonly MetricFamily[] = asScraped(
  familiesOf(captured, {
    logstash_stats_events_in: { cumulative: true },
    logstash_stats_events_out: { cumulative: true },
    logstash_stats_events_filtered: { cumulative: true },
  }),
);
