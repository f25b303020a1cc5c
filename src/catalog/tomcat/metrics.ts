import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** What the Java agent gives with the rules in `jmx-rules.ts`; other rules give other names. */
export const metrics: readonly MetricFamily[] = familiesOf(captured, {
  jvm_memory_used_bytes: { labels: { area: ["heap", "nonheap"] } },
  jvm_memory_max_bytes: { labels: { area: ["heap", "nonheap"] } },
});
