import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/**
 * What `GET /metrics` of the plugin rabbitmq_prometheus gives: sums over the queues, channels and connections of a node.
 * Families by queue or by channel need `/metrics/detailed` or `/metrics/per-object` and are not here.
 */
export const metrics: readonly MetricFamily[] = familiesOf(captured);
