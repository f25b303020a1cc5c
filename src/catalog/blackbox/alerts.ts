import type { AlertTemplate, CaseSeries } from "../../signals/alert.ts";

const day = 86_400;
const endpoint = 'instance="shop:443"';

/** One series for each value, each from a prober of its own. */
function probed(metric: string, labels: string, values: readonly (number | string)[]): CaseSeries {
  return Object.fromEntries(values.map((value, index) => [`${metric}{${labels},prober="p${index}"}`, value]));
}

const http = `job="blackbox-http_2xx",${endpoint}`;
const tls = `job="blackbox-https_any",${endpoint}`;
const firing = [{ instance: "shop:443" }];

/** What the probers find out about endpoints; most of them have to agree. */
const endpoints: readonly AlertTemplate[] = [
  {
    name: "ServiceUnreachable",
    // A ping or a handshake does not say that a service serves.
    expr: 'max by (service, owner) (avg without (prober) (probe_success{job!~"blackbox-(icmp|tls_connect)"})) < 0.5',
    needs: ["probe_success"],
    for: "2m",
    severity: "critical",
    about: "service",
    summary: "{{ $labels.service }} cannot be reached on any of its endpoints",
    description:
      "For 2 minutes most probers have got no right answer from any endpoint of {{ $labels.service }}: its users get none either.",
    test: {
      fires: {
        ...probed("probe_success", http, [0, 0, 1]),
        ...probed("probe_success", 'job="blackbox-icmp"', [1]),
        ...probed("probe_success", 'job="blackbox-tls_connect",instance="shop:443"', [1]),
      },
      quiet: {
        ...probed("probe_success", http, [0, 0, 0]),
        ...probed("probe_success", 'job="blackbox-http_2xx",instance="other:443"', [1, 1, 0]),
      },
    },
  },
  {
    name: "ProbeFailed",
    expr: "avg without (prober) (probe_success) < 0.5",
    needs: ["probe_success"],
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.instance }} of {{ $labels.service }} does not answer",
    description:
      "For 2 minutes most probers have got no right answer from {{ $labels.instance }} ({{ $labels.job }}) of {{ $labels.service }}.",
    test: {
      fires: probed("probe_success", http, [0, 0, 1]),
      quiet: probed("probe_success", http, [0, 1]),
      firing,
    },
  },
  {
    name: "ProbeSlow",
    // Half of the probers have to find it slow; one that fails runs into its timeout and is another alert's.
    expr: 'quantile without (prober) (0.5, avg_over_time(probe_duration_seconds{job!="blackbox-icmp"}[10m])) > $threshold and avg without (prober) (probe_success{job!="blackbox-icmp"}) >= 0.5',
    needs: ["probe_success"],
    for: "10m",
    severity: "warning",
    threshold: { default: 1, unit: "seconds", meaning: "time of a probe, as a mean of 10 minutes" },
    about: "instance",
    summary: "{{ $labels.instance }} of {{ $labels.service }} answers slowly",
    description:
      "A probe of {{ $labels.instance }} ({{ $labels.job }}) takes {{ $value | humanizeDuration }}, for 10 minutes.",
    test: {
      fires: ({ threshold }) => ({
        ...probed("probe_duration_seconds", http, [threshold * 1.01, threshold * 1.01, 0]),
        ...probed("probe_success", http, [1, 1, 1]),
      }),
      quiet: ({ threshold }) => ({
        ...probed("probe_duration_seconds", http, [threshold * 0.99, threshold * 0.99, threshold * 5]),
        ...probed("probe_success", http, [1, 1, 1]),
      }),
      firing,
      // All of them time out.
      alsoQuiet: [
        { ...probed("probe_duration_seconds", http, [1000, 1000]), ...probed("probe_success", http, [0, 0]) },
      ],
    },
  },
  {
    name: "ProbeLossIcmp",
    expr: '1 - avg without (prober) (avg_over_time(probe_success{job="blackbox-icmp"}[15m])) > $threshold and avg without (prober) (probe_success{job="blackbox-icmp"}) >= 0.5',
    needs: ["probe_icmp_duration_seconds"],
    for: "5m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of pings without an answer within 15 minutes" },
    about: "instance",
    summary: "Pings to {{ $labels.instance }} get lost",
    description:
      "{{ $value | humanizePercentage }} of the pings to {{ $labels.instance }} were not answered within 15 minutes, though it is up: packets get lost on the way.",
    test: {
      // The mean of many pings.
      fires: ({ threshold }) =>
        probed("probe_success", 'job="blackbox-icmp",instance="db1"', [0.98 - threshold, 0.98 - threshold]),
      quiet: ({ threshold }) =>
        probed("probe_success", 'job="blackbox-icmp",instance="db1"', [1 - threshold * 0.99, 1 - threshold * 0.99]),
      // Nobody hears anything: that is ProbeFailed.
      alsoQuiet: [probed("probe_success", 'job="blackbox-icmp",instance="db1"', [0, 0])],
      firing: [{ instance: "db1" }],
    },
  },
];

/** Certificates, each alert once for an endpoint. */
const certificates: readonly AlertTemplate[] = [
  {
    name: "TlsCertExpiringSoon",
    expr: "min without (prober) (probe_ssl_earliest_cert_expiry) - time() < $threshold",
    needs: ["probe_ssl_earliest_cert_expiry"],
    for: "1h",
    severity: "warning",
    threshold: { default: 21 * day, unit: "seconds", meaning: "time until the certificate expires" },
    about: "instance",
    summary: "The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}",
    description:
      "A certificate that {{ $labels.instance }} of {{ $labels.service }} presents expires in {{ $value | humanizeDuration }}; whatever should have renewed it has not.",
    test: certificate(),
  },
  {
    name: "TlsCertExpiry",
    expr: "min without (prober) (probe_ssl_earliest_cert_expiry) - time() < $threshold",
    needs: ["probe_ssl_earliest_cert_expiry"],
    for: "15m",
    severity: "critical",
    threshold: { default: 7 * day, unit: "seconds", meaning: "time until the certificate expires" },
    about: "instance",
    summary: "The certificate of {{ $labels.instance }} expires within days",
    description:
      "A certificate that {{ $labels.instance }} of {{ $labels.service }} presents expires in {{ $value | humanizeDuration }}. After that clients refuse the connection.",
    outranks: { alerts: ["TlsCertExpiringSoon"], by: ["job", "host", "instance"] },
    test: certificate(),
  },
  {
    name: "TlsCertExpired",
    expr: "min without (prober) (probe_ssl_earliest_cert_expiry) - time() <= 0",
    needs: ["probe_ssl_earliest_cert_expiry"],
    for: "0s",
    severity: "critical",
    about: "instance",
    summary: "The certificate of {{ $labels.instance }} has expired",
    description:
      "A certificate that {{ $labels.instance }} of {{ $labels.service }} presents is no longer valid; clients refuse the connection.",
    outranks: { alerts: ["TlsCertExpiringSoon", "TlsCertExpiry"], by: ["job", "host", "instance"] },
    test: {
      fires: probed("probe_ssl_earliest_cert_expiry", tls, [0]),
      quiet: probed("probe_ssl_earliest_cert_expiry", tls, [4000]),
      firing,
    },
  },
  {
    name: "ProbeTlsVersionOld",
    expr: 'max without (prober) (probe_tls_version_info{version=~"TLS 1.0|TLS 1.1"}) == 1',
    needs: ["probe_tls_version_info"],
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.instance }} speaks only {{ $labels.version }}",
    description:
      "{{ $labels.instance }} of {{ $labels.service }} offered nothing newer than {{ $labels.version }}, which current browsers and libraries refuse.",
    test: {
      fires: probed("probe_tls_version_info", `${tls},version="TLS 1.1"`, [1]),
      quiet: probed("probe_tls_version_info", `${tls},version="TLS 1.2"`, [1]),
      firing: [{ instance: "shop:443", version: "TLS 1.1" }],
      // Since it was renewed, the old version is only remembered.
      alsoQuiet: [probed("probe_tls_version_info", `${tls},version="TLS 1.1"`, [0])],
    },
  },
];

/** The exporter itself, and whether it is asked for all that it should be. */
const exporter: readonly AlertTemplate[] = [
  {
    name: "ProbesMissing",
    // What is not asked fails no probe: without its ping, a host that dies does not even count as down.
    expr: `
service:expected_probes:count
  - on (service) group_left ()
(
  count by (service) (up{job=~"blackbox-.+"})
    or on (service)
  service:expected_probes:count * 0
) > 0`.trim(),
    needs: ["probe_success"],
    for: "15m",
    severity: "warning",
    about: "service",
    summary: "Prometheus does not know {{ $value }} probes of {{ $labels.service }}",
    description:
      "{{ $value }} of the probes that the inventory has for {{ $labels.service }} are not in the lists of targets: nobody asks from outside, and what fails there fails unseen.",
    test: {
      fires: {
        'up{job="blackbox-icmp",instance="a",prober="p1"}': 1,
        'up{job="blackbox-icmp",instance="a",prober="p2"}': 1,
        "service:expected_probes:count": 3,
      },
      quiet: {
        'up{job="blackbox-icmp",instance="a",prober="p1"}': 1,
        'up{job="blackbox-tcp_connect",instance="a:1",prober="p1"}': 0,
        "service:expected_probes:count": 2,
      },
      // The scrapes of the service itself are no probes.
      alsoFires: [{ 'up{job="blackbox"}': 1, "service:expected_probes:count": 1 }],
    },
  },
  {
    name: "BlackboxExporterDown",
    expr: 'up{job="blackbox"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Blackbox exporter on {{ $labels.host }} does not answer",
    description: "{{ $labels.instance }} has not answered for 5 minutes; endpoints are asked by one prober fewer.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "BlackboxAllProbersDown",
    expr: 'sum by (service, owner) (up{job="blackbox"}) == 0',
    for: "5m",
    severity: "critical",
    about: "service",
    summary: "No blackbox exporter of {{ $labels.service }} answers",
    description:
      "For 5 minutes nothing has been asked from outside: endpoints, pings and certificates are not watched.",
    test: {
      fires: { 'up{host="a",instance="a:9115"}': 0, 'up{host="b",instance="b:9115"}': 0 },
      quiet: { 'up{host="a",instance="a:9115"}': 0, 'up{host="b",instance="b:9115"}': 1 },
    },
  },
  {
    name: "BlackboxConfigReloadFailed",
    expr: "blackbox_exporter_config_last_reload_successful == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Blackbox exporter on {{ $labels.host }} has refused its config",
    description: "The last reload of blackbox.yml on {{ $labels.host }} failed; it goes on with the former one.",
    test: {
      fires: { blackbox_exporter_config_last_reload_successful: 0 },
      quiet: { blackbox_exporter_config_last_reload_successful: 1 },
    },
  },
  {
    name: "BlackboxModuleUnknown",
    expr: "increase(blackbox_module_unknown_total[10m]) > 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Blackbox exporter on {{ $labels.host }} is asked for a module that it does not have",
    description:
      "Prometheus asks {{ $labels.instance }} for a module that is not in its blackbox.yml; those probes give nothing.",
    test: {
      fires: { blackbox_module_unknown_total: "0+1x600" },
      quiet: { blackbox_module_unknown_total: 3 },
      afterSeconds: 60,
    },
  },
];

/** A certificate on the edge of the threshold at the start; the quiet one is renewed as time goes by. */
function certificate(): AlertTemplate["test"] {
  return {
    fires: ({ threshold }) => probed("probe_ssl_earliest_cert_expiry", tls, [threshold - 1]),
    quiet: ({ threshold }) => probed("probe_ssl_earliest_cert_expiry", tls, [`${threshold + 1}+60x600`]),
    firing,
  };
}

export const alerts: readonly AlertTemplate[] = [...endpoints, ...certificates, ...exporter];
