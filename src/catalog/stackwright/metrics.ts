import { counter, familiesOf, gauge, histogram, type MetricFamily } from "../../signals/metric.ts";
import { asScraped } from "../as-scraped.ts";
import captured from "./captured.json" with { type: "json" };

const signal = ["logs", "spans"];

/**
 * The service's own metrics. None has a label with the name of a target label: what is meant for a service is
 * `target_service`. For each receiver that it bridges, the counters begin at 0 when the service starts, so that the
 * first failure is an increase.
 */
const own: readonly MetricFamily[] = [
  gauge("stackwright_build_info", { version: "open" }),
  gauge("stackwright_inventory_valid"),
  gauge("stackwright_inventory_problems", { severity: ["error", "warning"] }),
  gauge("stackwright_inventory_last_load_timestamp_seconds"),
  gauge("stackwright_generate_last_success_timestamp_seconds"),
  gauge("stackwright_sd_inventory_ok"),
  gauge("stackwright_sd_targets", { sd_job: "open" }),
  gauge("stackwright_service_targets_expected", { target_service: "open" }),
  gauge("stackwright_service_targets_seen", { target_service: "open" }),
  counter("stackwright_notify_requests_total", { receiver: "open", outcome: ["delivered", "failed", "refused"] }),
  histogram("stackwright_notify_duration_seconds", { receiver: "open" }),
  counter("stackwright_notify_dead_letters_total", { receiver: "open" }),
  gauge("stackwright_store_records", { signal }),
  gauge("stackwright_store_bytes"),
  gauge("stackwright_store_limit_bytes"),
  gauge("stackwright_store_writable"),
  counter("stackwright_store_ingested_total", { signal }),
  counter("stackwright_store_rejected_total", { signal, reason: ["duplicate", "invalid", "too_large", "too_many"] }),
  counter("stackwright_store_refused_requests_total", {
    signal,
    reason: ["overloaded", "too_large", "unavailable", "unreadable"],
  }),
  counter("stackwright_store_evicted_total", { signal, reason: ["age", "bytes", "records"] }),
];

/**
 * The own ones, and the defaults of prom-client as captured. Its `kind` on garbage collections
 * stands behind the target label of that name and is stored as `exported_kind`.
 */
export const metrics: readonly MetricFamily[] = [
  ...own,
  ...asScraped(
    familiesOf(captured, {
      nodejs_gc_duration_seconds: { labels: { kind: ["major", "minor", "incremental", "weakcb"] } },
    }),
  ),
];
