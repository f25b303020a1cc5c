import type { Service } from "../../model/model.ts";
import type { Panel, Row } from "../../signals/panel.ts";

/** What the probes say, the state of everything first; series of probes carry the probed service. */
export function dashboard(_services: readonly Service[]): readonly Row[] {
  return [
    { title: "State", panels: state },
    { title: "Answers", panels: answers },
    { title: "Certificates", panels: certificates },
    { title: "Probers", panels: probers },
  ];
}

/** Series of probes have the jobs and instances of what is probed, not those of the exporter. */
const everything = { narrow: "none" } as const;

const state: readonly Panel[] = [
  {
    title: "Endpoints that do not answer",
    needs: ["probe_success"],
    description:
      "Endpoints for which fewer than half of the probers get the right answer; none is normal. Open the dashboard of the service that is named.",
    type: "table",
    unit: "percentunit",
    width: 24,
    queries: [
      { expr: "avg without (prober) (probe_success) < 0.5", legend: "{{service}} {{instance}}", ...everything },
    ],
    whenEmpty: "all answer",
    levels: { warning: 1, critical: 0.5, lowIsBad: true },
  },
  {
    title: "Availability by service",
    needs: ["probe_success"],
    description:
      "Share of probes with the right answer, over all endpoints of a service. 100 % is normal; a dip shared by many services is the network or a prober.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [{ expr: "avg by (service) (probe_success)", legend: "{{service}}", ...everything }],
  },
  {
    title: "What each prober sees",
    needs: ["probe_success"],
    description:
      "Share of probes with the right answer, by prober. Lines lie on each other; one that is lower has a broken way, not the services.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [{ expr: "avg by (prober) (probe_success)", legend: "{{prober}}", ...everything }],
  },
];

const answers: readonly Panel[] = [
  {
    title: "Time of a probe",
    needs: ["probe_duration_seconds"],
    description:
      "How long each endpoint takes, mean of all probers. Steps matter more than the level; the phases beside it say where the time goes.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: "avg by (service, job, instance) (probe_duration_seconds)",
        legend: "{{service}} {{instance}}",
        ...everything,
      },
    ],
  },
  {
    title: "Phases of HTTP probes",
    needs: ["probe_http_duration_seconds"],
    description:
      "Where the time of a request goes. Much connect is the network, much tls the CPU of the balancer, much processing the application.",
    type: "timeseries",
    unit: "s",
    min: 0,
    stacked: true,
    queries: [{ expr: "avg by (phase) (probe_http_duration_seconds)", legend: "{{phase}}", ...everything }],
  },
  {
    title: "HTTP status codes",
    needs: ["probe_http_status_code"],
    description:
      "Status of the last answer of each endpoint; 0 means that there was none. 5xx: look at the service; 4xx: at the path that is probed.",
    type: "table",
    unit: "none",
    queries: [
      {
        expr: "max by (service, job, instance) (probe_http_status_code)",
        legend: "{{service}} {{instance}}",
        ...everything,
      },
    ],
  },
  {
    title: "Lost pings",
    needs: ["probe_icmp_duration_seconds"],
    description:
      "Share of pings without an answer within 15 minutes. Zero is normal; some for many hosts of one rack point to its switch.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [
      {
        expr: '1 - avg by (instance) (avg_over_time(probe_success{job="blackbox-icmp"}[15m]))',
        legend: "{{instance}}",
        ...everything,
      },
    ],
  },
  {
    title: "Ping time",
    needs: ["probe_icmp_duration_seconds"],
    description:
      "Round trip to each host and virtual IP. Below a millisecond inside one site; a rise of all is the prober or the network between.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: 'avg by (instance) (probe_icmp_duration_seconds{phase="rtt"})',
        legend: "{{instance}}",
        ...everything,
      },
    ],
  },
];

const certificates: readonly Panel[] = [
  {
    title: "Time until certificates expire",
    whenEmpty: "no endpoint speaks TLS",
    needs: ["probe_ssl_earliest_cert_expiry"],
    description:
      "The earliest certificate of each chain that is presented. Renewal usually happens with 30 days left; below 21 it has failed.",
    type: "bargauge",
    unit: "s",
    width: 16,
    queries: [
      {
        expr: "sort(min by (service, instance) (probe_ssl_earliest_cert_expiry) - time())",
        legend: "{{service}} {{instance}}",
        ...everything,
      },
    ],
    levels: { warning: 1_814_400, critical: 604_800, lowIsBad: true },
  },
  {
    title: "TLS versions",
    whenEmpty: "no endpoint speaks TLS",
    needs: ["probe_tls_version_info"],
    description:
      "Endpoints by the version that was agreed on. 1.2 and 1.3 are normal; older ones want an update of the server.",
    type: "timeseries",
    unit: "short",
    width: 8,
    min: 0,
    queries: [
      {
        expr: "count by (version) (max by (job, instance, version) (probe_tls_version_info))",
        legend: "{{version}}",
        ...everything,
      },
    ],
  },
];

const probers: readonly Panel[] = [
  {
    title: "Probers that answer",
    description: "1 for each blackbox exporter that can be scraped. Where one is 0, its probes are missing above.",
    type: "stat",
    unit: "none",
    queries: [{ expr: "up", legend: "{{instance}}" }],
    mappings: { "0": "down", "1": "up" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
  },
  {
    title: "Config in force",
    description:
      "1 where the last reload of blackbox.yml worked. 0: the journal names the line, and the former config is in force.",
    type: "stat",
    unit: "none",
    queries: [{ expr: "blackbox_exporter_config_last_reload_successful", legend: "{{instance}}" }],
    mappings: { "0": "refused", "1": "in force" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
  },
  {
    title: "Memory of the probers",
    description: "Resident memory. Some ten megabytes are normal; a steady climb is a leak, restart the exporter.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: "process_resident_memory_bytes", legend: "{{instance}}" }],
  },
];
