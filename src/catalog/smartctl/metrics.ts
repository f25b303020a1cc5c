import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/**
 * What smartctl_exporter gives for disks of all sorts; a single disk shows the part that its interface knows. The exporter
 * types every NVMe value as a counter, the levels and thresholds among them too.
 */
export const metrics: readonly MetricFamily[] = familiesOf(captured, {
  smartctl_device_available_spare: { type: "gauge" },
  smartctl_device_available_spare_threshold: { type: "gauge" },
  smartctl_device_percentage_used: { type: "gauge" },
  smartctl_device_critical_warning: { type: "gauge" },
  smartctl_device_attribute: { labels: { attribute_value_type: ["raw", "value", "worst", "thresh"] } },
});
