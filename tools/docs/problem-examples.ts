import type { Code } from "../../src/diagnostics/codes.ts";

/** How a problem comes about: lines of an inventory, or a rule of the operator's own. */
export type Trigger =
  /** Added to a healthy inventory; lists and plain values replace what stands there. */
  | { readonly inventory: string }
  /** A whole text that is no inventory. */
  | { readonly text: string }
  /** PromQL of an own alert that has a unit test. */
  | { readonly expr: string }
  /** An own rule file. */
  | { readonly rules: string }
  /** Needs more than can be shown in a few lines. */
  | { readonly none: true };

export interface ProblemText {
  readonly when: string;
  readonly trigger: Trigger;
}

/** The healthy inventory that the examples change. */
export const healthy = `version: 1
platform: example
segments:
  lan: { cidr: 192.0.2.0/24, interface: eth0 }
hosts:
  a: { address: 192.0.2.11, segment: lan, labels: { rack: r1 } }
  b: { address: 192.0.2.12, segment: lan, labels: { rack: r2 } }
  c: { address: 192.0.2.13, segment: lan, labels: { rack: r3 } }
services:
  shop: { kind: nodejs, hosts: [a, b], port: 3000 }
  db:
    kind: mysql
    hosts: { a: { role: primary }, b: { role: replica } }
  metrics: { kind: prometheus, hosts: [a, b], prometheus: { retention: 35d } }
  paging: { kind: alertmanager, hosts: [a, b] }
  probes: { kind: blackbox, hosts: [a, b] }
  exporter: { kind: stackwright, hosts: [a, b] }
virtual_ips:
  front: { address: 192.0.2.100/24, service: shop, virtual_router_id: 51 }
alerting:
  service: paging
  watchdog: deadman
  receivers:
    mail:
      email: { to: [ops@example.org], smarthost: "smtp.example.org:587", from: alerts@example.org }
    deadman:
      webhook: { url: { env: DEADMAN_URL } }
  routes:
    default: mail
    by_severity: { critical: [mail], warning: [mail], info: [mail] }
`;

/** Every code: when it is reported, and lines that bring it about. */
export const problemTexts: Readonly<Record<Code, ProblemText>> = {
  "yaml-syntax": {
    when: "The file is not one YAML 1.2 document: a wrong indent, a quote that is not closed, a tab, an unknown tag.",
    trigger: { text: "version: 1\nplatform: example\nhosts:\n\ta: { address: 192.0.2.11 }\n" },
  },
  "yaml-limits": {
    when: "The file is larger than 5 MiB, is nested deeper than 64 levels, or uses aliases more than a hundred times.",
    trigger: { none: true },
  },
  "unknown-key": {
    when: "A key is not known at this place. The nearest known one is in the hint.",
    trigger: { inventory: "services:\n  shop: { kind: nodejs, hosts: [a, b], prot: 3000 }\n" },
  },
  "missing-key": {
    when: "Something that is needed is not there. The place is the key of the object that lacks it.",
    trigger: { inventory: "virtual_ips:\n  back: { service: shop, virtual_router_id: 52 }\n" },
  },
  "invalid-value": {
    when: "A value has the wrong form, or is out of range.",
    trigger: { inventory: "scrape: { interval: 15 seconds }\n" },
  },
  "unknown-reference": {
    when: "A name refers to a host, service, segment, virtual IP or receiver that is not in the inventory.",
    trigger: { inventory: "services:\n  shop: { kind: nodejs, hosts: [a, web3], port: 3000 }\n" },
  },
  "duplicate-name": {
    when: "A name stands twice where it has to be one: a YAML key, a host of a service, an SLO; or it differs from another only by case.",
    trigger: { inventory: "services:\n  shop: { kind: nodejs, hosts: [a, a], port: 3000 }\n" },
  },
  "duplicate-address": {
    when: "Two hosts or virtual IPs have one address.",
    trigger: { inventory: "hosts:\n  b: { address: 192.0.2.11, segment: lan }\n" },
  },
  "address-outside-segment": {
    when: "A host's address is not in the network of its segment.",
    trigger: { inventory: "hosts:\n  b: { address: 198.51.100.12, segment: lan }\n" },
  },
  "port-collision": {
    when: "Two services, or their exporters, want one port of a host.",
    trigger: { inventory: "services:\n  blog: { kind: nodejs, hosts: [b, c], port: 3000 }\n" },
  },
  "virtual-router-id-collision": {
    when: "Two virtual IPs of a segment have one VRID, or it is among the segment's reserved ones.",
    trigger: { inventory: "virtual_ips:\n  back: { address: 192.0.2.101/24, service: shop, virtual_router_id: 51 }\n" },
  },
  "virtual-ip-outside-segment": {
    when: "A virtual IP is in no segment, or a host that should hold it has no address there.",
    trigger: {
      inventory: "virtual_ips:\n  front: { address: 198.51.100.100/24, service: shop, virtual_router_id: 51 }\n",
    },
  },
  "virtual-ip-single-host": {
    when: "A virtual IP cannot move, because its service has one host that may hold it.",
    trigger: { inventory: "services:\n  shop: { kind: nodejs, hosts: [a], port: 3000 }\n" },
  },
  "virtual-ip-priority": {
    when: "`priority` names a host twice, names a stranger, or leaves one of the service's hosts out.",
    trigger: {
      inventory:
        "virtual_ips:\n  front: { address: 192.0.2.100/24, service: shop, virtual_router_id: 51, priority: [a] }\n",
    },
  },
  "virtual-router-id-unpinned": {
    when: "A virtual IP has no `virtual_router_id`; one was derived from its name, and would change if the name did.",
    trigger: { inventory: "virtual_ips:\n  back: { address: 192.0.2.101/24, service: shop }\n" },
  },
  "even-quorum": {
    when: "A cluster that votes has an even number of voting hosts.",
    trigger: { inventory: "services:\n  config: { kind: etcd, hosts: [a, b] }\n" },
  },
  "primary-count": {
    when: "A cluster with one primary has none or several.",
    trigger: {
      inventory: "services:\n  db:\n    kind: mysql\n    hosts: { a: { role: primary }, b: { role: primary } }\n",
    },
  },
  "spare-in-rotation": {
    when: "A spare is primary, stands in the `priority` of a virtual IP, or is needed for the quorum.",
    trigger: {
      inventory:
        "services:\n  db:\n    kind: mysql\n    hosts: { a: { role: primary, spare: true }, b: { role: replica } }\n",
    },
  },
  "capacity-short": {
    when: "The peak with its headroom is more than the active hosts carry.",
    trigger: {
      inventory:
        "services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, capacity: { peak_rps: 900, rps_per_host: 300 } }\n",
    },
  },
  "capacity-n-minus-one": {
    when: "The peak no longer fits when one active host is gone.",
    trigger: {
      inventory:
        "services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, capacity: { peak_rps: 500, rps_per_host: 300 } }\n",
    },
  },
  "dependency-cycle": {
    when: "Services depend on one another in a circle.",
    trigger: {
      inventory:
        "services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, depends_on: [db] }\n  db:\n    kind: mysql\n    hosts: { a: { role: primary }, b: { role: replica } }\n    depends_on: [shop]\n",
    },
  },
  "single-point-of-failure": {
    when: "A service has one instance, and something needs it: `depends_on`, a route, `logging`, `tracing`, `alerting`; or it is one of prometheus, alertmanager, grafana, kibana, jaeger, zabbix.",
    trigger: { inventory: "services:\n  boards: { kind: grafana, hosts: [c] }\n" },
  },
  "same-rack": {
    when: "All instances of a service, or a majority of a quorum, share `labels.rack`.",
    trigger: { inventory: "hosts:\n  b: { address: 192.0.2.12, segment: lan, labels: { rack: r1 } }\n" },
  },
  "literal-secret": {
    when: "A secret is written into the inventory. It is never repeated in the message.",
    trigger: { inventory: "alerting:\n  receivers:\n    mail:\n      email: { password: hunter2 }\n" },
  },
  "unsafe-value": {
    when: "A character in a value could break out of a generated config, or hide text from a reader.",
    trigger: {
      inventory:
        'services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, health: { path: "/up; return 200" } }\n',
    },
  },
  "unknown-alert": {
    when: "`thresholds` or `mute_times` name an alert that no kind, or not this service's kind, has.",
    trigger: { inventory: "alerting:\n  thresholds: { MysqlDonw: { for: 5m } }\n" },
  },
  "slo-not-measurable": {
    when: "Nothing measures what the objective is about, its threshold is no bound of the buckets, or Prometheus keeps less than 30 days.",
    trigger: {
      inventory:
        "services:\n  shop: { kind: nodejs, hosts: [a, b], port: 3000, slos: [{ name: latency, objective: 99%, sli: http-latency, threshold: 200ms }] }\n",
    },
  },
  "unused-receiver": {
    when: "No route, no owner and no watchdog names a receiver.",
    trigger: {
      inventory: "alerting:\n  receivers:\n    tickets: { webhook: { url: https://tickets.example.org/hook } }\n",
    },
  },
  "unrouted-severity": {
    when: "Neither `by_severity` nor any owner names a severity, so that only the default receiver gets it.",
    trigger: { inventory: "alerting:\n  routes:\n    by_severity: { info: null }\n" },
  },
  unmonitored: {
    when: "A service is neither scraped nor probed.",
    trigger: { inventory: 'services:\n  mail: { kind: mysql, external: ["db.example.org:3306"] }\n  probes: null\n' },
  },
  "no-watchdog": {
    when: "`alerting` has no `watchdog`, so that nobody is told when alerting itself is dead.",
    trigger: { inventory: "alerting: { watchdog: null, receivers: { deadman: null } }\n" },
  },
  "parse-error": {
    when: "An expression is not PromQL, or has the wrong type.",
    trigger: { expr: "rate(node_load1[5m)" },
  },
  "unknown-metric": {
    when: "No target of this inventory exposes the metric, and no rule records it.",
    trigger: { expr: "node_memory_MemFree < 1e9" },
  },
  "unknown-label": {
    when: "The series cannot have the label.",
    trigger: { expr: 'node_filesystem_avail_bytes{mount="/"} < 1e9' },
  },
  "impossible-match": {
    when: "The label has a closed set of values, and this one is not among them. A warning where the values come from one capture.",
    trigger: { expr: 'mysql_up{service="database"} == 0' },
  },
  "collector-off": {
    when: "The metric needs a collector, a flag or a version that the target does not have.",
    trigger: { expr: "node_interrupts_total > 1e9" },
  },
  "rate-of-gauge": {
    when: "`rate()` or `increase()` of something that goes up and down.",
    trigger: { expr: "rate(node_load1[5m]) > 1" },
  },
  "delta-of-counter": {
    when: "`delta()` or `deriv()` of a counter, which falls to zero at each restart.",
    trigger: { expr: "delta(node_cpu_seconds_total[5m]) > 1" },
  },
  "missing-le": {
    when: "`histogram_quantile()` of series that have lost the label `le`.",
    trigger: {
      expr: "histogram_quantile(0.99, sum by (service) (rate(http_server_request_duration_seconds_bucket[5m]))) > 1",
    },
  },
  "empty-join": {
    when: "The two sides of an operator have no labels in common by which they could match.",
    trigger: { expr: 'node_load1 / up{job="mysql"} > 2' },
  },
  "mixes-services": {
    when: "An aggregation drops the label that tells two services apart.",
    trigger: { expr: "sum(rate(http_server_request_duration_seconds_count[5m])) < 1" },
  },
  "literal-count": {
    when: "The number of targets is compared with a number, which is wrong as soon as one is added.",
    trigger: { expr: "count by (service) (mysql_up == 1) < 2" },
  },
  "absent-trap": {
    when: "`absent()` stays silent while one of several series is left, and fires where there never was one.",
    trigger: { expr: 'absent(up{job="mysql"})' },
  },
  "untested-alert": {
    when: "An alert of your own has no unit test among the files of `extra.rules`.",
    trigger: {
      rules: 'groups:\n  - name: own\n    rules:\n      - alert: ShopQuiet\n        expr: up{service="shop"} == 0\n',
    },
  },
  "unreachable-receiver": {
    when: "An alert ends where nobody is told, or a receiver needs the exporter service on an Alertmanager host that has none.",
    trigger: { inventory: "services:\n  exporter: { kind: stackwright, hosts: [a] }\n" },
  },
  "dead-route": {
    when: "No alert ends at a route: an owner without services, or a severity that none of its alerts has.",
    trigger: { inventory: "owners:\n  dba: { critical: [mail] }\n" },
  },
  "hiding-inhibition": {
    when: "An inhibition could hide a critical alert for as long as its cause lasts: the cause is milder, or muted at times.",
    trigger: { inventory: 'alerting:\n  mute_times:\n    night: { times: "02:00-03:00", alerts: [HostDown] }\n' },
  },
  "tool-rejects": {
    when: "A real tool refused a generated file. The place is the inventory line behind the line of the file.",
    trigger: { none: true },
  },
};
