import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/**
 * The collector's own metrics as its Prometheus reader names them by default: without `_total` and without units. Readers
 * written for older releases have to say `without_type_suffix: true` and `without_units: true` for the same names.
 * Failures are counted from the first one on; the capture had some.
 */
export const metrics: readonly MetricFamily[] = familiesOf(captured);
