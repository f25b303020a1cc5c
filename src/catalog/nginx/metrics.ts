import { counter, familiesOf, gauge, histogram, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** What nginx-prometheus-exporter makes of stub_status: connections and the number of requests, nothing about their outcome. */
export const statusMetrics: readonly MetricFamily[] = familiesOf(captured);

const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"] as const;
const logs = ["access", "audit"] as const;
const modes = ["off", "detect", "block"] as const;
const place = { server_name: "open", route: "open" } as const;
const upstream = { ...place, upstream: "open" } as const;

/**
 * What the access log exporter counts on the balancer. It follows the JSON access log and, with the collector `waf`,
 * the audit log of ModSecurity. `route` is the path of the route in the inventory, never the path of a request.
 * `upstream` is the service of the route, `peer` the HOST:PORT that was asked. Upgraded connections (101) are counted,
 * but not timed: their duration is that of the conversation.
 */
export const accessMetrics: readonly MetricFamily[] = [
  counter("nginx_http_server_requests_total", { ...place, status_class: statusClasses }),
  histogram("nginx_http_server_request_duration_seconds", place),
  counter("nginx_http_server_response_bytes_total", place),
  histogram("nginx_http_upstream_response_duration_seconds", upstream),
  // One for each instance that was tried, so that a retry shows the one that failed.
  counter("nginx_http_upstream_attempts_total", { upstream: "open", peer: "open", status_class: statusClasses }),
  // Requests for which nginx had no instance left to try.
  counter("nginx_http_upstream_unavailable_total", upstream),
  // worker_connections times the number of running workers; not there while nginx does not run.
  gauge("nginx_worker_connections_limit"),
  counter("nginx_access_log_lines_total"),
  counter("nginx_access_log_parse_errors_total"),
  // Times that a log could not be read, and that a file was gone or cut off before it was surely read to its end.
  counter("nginx_access_log_read_failures_total", { log: logs }),
  counter("nginx_access_log_gaps_total", { log: logs }),
  gauge("nginx_access_log_unread_bytes", { log: logs }),
  counter("nginx_access_exporter_state_failures_total"),
  counter("process_cpu_seconds_total"),
  gauge("process_resident_memory_bytes"),
  gauge("process_start_time_seconds"),
  gauge("nginx_access_exporter_build_info", { version: "open" }),
  ...waf(),
];

function waf(): readonly MetricFamily[] {
  const on = { collector: "waf" };
  const rule = { server_name: "open", rule_id: "open" } as const;
  return [
    // 1 for the mode in force, 0 for the others; only for sites for which the inventory asks for the firewall.
    gauge("waf_engine_mode", { server_name: "open", mode: modes }, on),
    // A request counts once, under the first rule that matched (not the rule that adds up the scores).
    counter("waf_blocked_requests_total", rule, on),
    counter("waf_detected_requests_total", rule, on),
    // Clients whose requests were answered with 2xx before this rule stopped one of them, within the last hour.
    gauge("waf_rule_suspect_clients", rule, on),
    // End of the last day of an exclusion that has one.
    gauge("waf_exclusion_expires_timestamp_seconds", { rule_id: "open", path: "open" }, on),
    counter("waf_audit_log_records_total", {}, on),
    counter("waf_audit_log_parse_errors_total", {}, on),
  ];
}
