import type { AlertTemplate, CaseSeries } from "../../signals/alert.ts";
import { above, below } from "./counts.ts";

const rule = 'server_name="api.example.org",rule_id="942100"';

/** Requests per minute of one site, of which the firewall blocks or detects some. */
function traffic(metric: string, stopped: number, total: number): CaseSeries {
  return {
    [`${metric}{${rule}}`]: `0+${stopped}x900`,
    'nginx_http_server_requests_total{server_name="api.example.org",route="/",status_class="4xx"}': `0+${stopped}x900`,
    'nginx_http_server_requests_total{server_name="api.example.org",route="/",status_class="2xx"}': `0+${total - stopped}x900`,
  };
}

/** Alerts on the web application firewall; only where a site has it. */
export const wafAlerts: readonly AlertTemplate[] = [
  {
    name: "WafBlockSpike",
    needs: ["waf_blocked_requests_total"],
    expr: `
      sum by (service, owner, server_name) (rate(waf_blocked_requests_total[5m]))
        / sum by (service, owner, server_name) (rate(nginx_http_server_requests_total[5m])) > $threshold
      and sum by (service, owner, server_name) (rate(waf_blocked_requests_total[5m])) > 0.1`,
    for: "5m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of requests that the firewall refuses" },
    about: "service",
    summary: "The firewall refuses {{ $value | humanizePercentage }} of requests to {{ $labels.server_name }}",
    description:
      "For five minutes {{ $value | humanizePercentage }} of the requests to {{ $labels.server_name }} ({{ $labels.service }}) have been refused: an attack, or a rule that takes users for one.",
    test: {
      fires: ({ threshold }) => traffic("waf_blocked_requests_total", above(threshold, 1000), 1000),
      quiet: ({ threshold }) => traffic("waf_blocked_requests_total", below(threshold, 1000), 1000),
      afterSeconds: 60,
      alsoQuiet: [traffic("waf_blocked_requests_total", 1, 1)],
    },
  },
  {
    name: "WafDetectOnlyAnomalyHigh",
    needs: ["waf_detected_requests_total"],
    expr: `
      sum by (service, owner, server_name) (rate(waf_detected_requests_total[15m]))
        / sum by (service, owner, server_name) (rate(nginx_http_server_requests_total[15m])) > $threshold
      and sum by (service, owner, server_name) (rate(waf_detected_requests_total[15m])) > 0.1`,
    for: "15m",
    severity: "warning",
    threshold: { default: 0.02, unit: "ratio", meaning: "share of requests that the firewall would refuse" },
    about: "service",
    summary: "The firewall would refuse {{ $value | humanizePercentage }} of requests to {{ $labels.server_name }}",
    description:
      "In mode detect nothing is refused: {{ $value | humanizePercentage }} of the requests to {{ $labels.server_name }} ({{ $labels.service }}) reach the applications although rules match them.",
    test: {
      fires: ({ threshold }) => traffic("waf_detected_requests_total", above(threshold, 20_000), 20_000),
      quiet: ({ threshold }) => traffic("waf_detected_requests_total", below(threshold, 20_000), 20_000),
      afterSeconds: 60,
      alsoQuiet: [traffic("waf_detected_requests_total", 1, 1)],
    },
  },
  {
    name: "WafFalsePositiveSuspect",
    needs: ["waf_rule_suspect_clients"],
    expr: "sum by (service, owner, server_name, rule_id) (waf_rule_suspect_clients) > $threshold",
    for: "15m",
    severity: "info",
    threshold: { default: 10, unit: "count", meaning: "clients with good requests that one rule has stopped" },
    about: "service",
    summary: "Rule {{ $labels.rule_id }} stops ordinary users of {{ $labels.server_name }}",
    description:
      "Within an hour rule {{ $labels.rule_id }} has stopped {{ $value }} clients whose other requests to {{ $labels.server_name }} were fine. Attackers rarely look like that; a wrong rule does.",
    test: {
      fires: ({ threshold }) => ({ [`waf_rule_suspect_clients{${rule}}`]: threshold + 1 }),
      quiet: ({ threshold }) => ({ [`waf_rule_suspect_clients{${rule}}`]: threshold }),
    },
  },
  {
    name: "WafEngineOff",
    needs: ["waf_engine_mode"],
    expr: 'waf_engine_mode{mode="off"} == 1',
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "The firewall of {{ $labels.server_name }} is off on {{ $labels.host }}",
    description:
      "The inventory asks for the firewall, but nginx of {{ $labels.service }} on {{ $labels.host }} runs {{ $labels.server_name }} without it. Attacks reach the applications.",
    test: {
      fires: { 'waf_engine_mode{server_name="api.example.org",mode="off"}': 1 },
      quiet: {
        'waf_engine_mode{server_name="api.example.org",mode="off"}': 0,
        'waf_engine_mode{server_name="api.example.org",mode="detect"}': 1,
      },
    },
  },
  {
    name: "WafRuleExclusionExpired",
    needs: ["waf_exclusion_expires_timestamp_seconds"],
    expr: "time() - min by (service, owner, rule_id, path) (waf_exclusion_expires_timestamp_seconds) > 0",
    for: "5m",
    severity: "warning",
    about: "service",
    summary: "Exclusion of rule {{ $labels.rule_id }} on {{ $labels.path }} has expired ({{ $labels.service }})",
    description:
      "The exclusion was meant to last until {{ $value | humanizeDuration }} ago and is still in force: requests to {{ $labels.path }} are not checked by rule {{ $labels.rule_id }}.",
    test: {
      fires: { 'waf_exclusion_expires_timestamp_seconds{rule_id="942100",path="/search"}': -1 },
      quiet: { 'waf_exclusion_expires_timestamp_seconds{rule_id="942100",path="/search"}': 4_000_000_000 },
    },
  },
  {
    name: "WafAuditLogUnreadable",
    needs: ["waf_audit_log_parse_errors_total"],
    expr: "rate(waf_audit_log_parse_errors_total[5m]) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "audit records per second that are not understood" },
    about: "instance",
    summary: "Audit records of the firewall on {{ $labels.host }} cannot be read ({{ $labels.service }})",
    description:
      "{{ $value | humanize }} records per second of the audit log on {{ $labels.host }} are not understood, so blocked requests are missing from the counts.",
    test: {
      fires: ({ threshold }) => ({ waf_audit_log_parse_errors_total: `0+${60 * (threshold + 6)}x900` }),
      quiet: { waf_audit_log_parse_errors_total: 3 },
      afterSeconds: 60,
    },
  },
];
