import type { AlertTemplate } from "../../../signals/alert.ts";

/** keepalived is read from the node exporter, and of probes the prober answers. */
const scrapedThere = 'up{job!~"keepalived|blackbox-.*"}';

/** The host itself and what we need to see it. */
export const availability: readonly AlertTemplate[] = [
  {
    name: "HostDown",
    // Both ways of asking fail: the exporter alone may have crashed, ping alone may be filtered.
    expr: 'up{job="node"} == 0 and on (service, host) avg by (service, owner, host) (probe_success{job="blackbox-icmp"}) < 0.5',
    needs: ["probe_success"],
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "Host {{ $labels.host }} is down",
    description:
      "Neither the node exporter nor most pings to {{ $labels.host }} have been answered for 2 minutes. Everything that runs there is gone or cut off.",
    test: {
      fires: {
        up: 0,
        'probe_success{job="blackbox-icmp",prober="p1"}': 0,
        'probe_success{job="blackbox-icmp",prober="p2"}': 0,
        'probe_success{job="blackbox-icmp",prober="p3"}': 1,
      },
      quiet: {
        up: 0,
        'probe_success{job="blackbox-icmp",prober="p1"}': 0,
        'probe_success{job="blackbox-icmp",prober="p2"}': 1,
      },
      // Only ping is filtered.
      alsoQuiet: [{ up: 1, 'probe_success{job="blackbox-icmp",prober="p1"}': 0 }],
    },
  },
  {
    name: "HostSilent",
    // A kernel answers pings although nothing runs any more; and where nobody pings, this is all that there is to see.
    // There is the exporter and something else, and none of all is up.
    expr: `
      up{job="node"}
      and on (host) (${scrapedThere} unless on (job, instance) up{job="node"})
      unless on (host) ${scrapedThere} == 1`,
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "Nothing that is scraped on host {{ $labels.host }} answers",
    description:
      "Neither the node exporter nor anything else that is scraped on {{ $labels.host }} has answered for 5 minutes: it hangs, is cut off from the monitoring, or is down.",
    test: {
      fires: {
        up: 0,
        'up{job="mysql",instance="$service-1:9104"}': 0,
        'up{job="keepalived"}': 0,
        'up{job="blackbox-icmp",instance="$service-1"}': 1,
      },
      quiet: {
        up: 0,
        'up{job="mysql",instance="$service-1:9104"}': 1,
        'up{job="redis",instance="$service-1:9121"}': 0,
      },
      alsoQuiet: [
        // Both are read from one exporter, and it alone is known to be gone.
        { up: 0, 'up{job="keepalived"}': 0 },
        // What runs there is down, the host is not.
        { up: 1, 'up{job="mysql",instance="$service-1:9104"}': 0 },
      ],
    },
  },
  {
    name: "NodeExporterDown",
    expr: 'up{job="node"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Node exporter on {{ $labels.host }} does not answer",
    description:
      "Prometheus has not been able to scrape {{ $labels.instance }} for 5 minutes: nothing is known of this host's disks, memory and CPU.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "NodeExporterCollectorFailed",
    // Collectors of hardware that a host does not have report failure too; these have to work on every host.
    expr: 'node_scrape_collector_success{collector=~"cpu|diskstats|filesystem|loadavg|meminfo|netdev|stat|systemd|textfile|timex"} == 0',
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "Collector {{ $labels.collector }} fails on {{ $labels.host }}",
    description:
      "The node exporter on {{ $labels.host }} answers, but its collector {{ $labels.collector }} has failed for 15 minutes; the alerts that use it are blind.",
    test: {
      fires: { 'node_scrape_collector_success{collector="filesystem"}': 0 },
      quiet: {
        'node_scrape_collector_success{collector="filesystem"}': 1,
        'node_scrape_collector_success{collector="infiniband"}': 0,
      },
      firing: [{ collector: "filesystem" }],
    },
  },
  {
    name: "NodeTextfileScrapeError",
    expr: "node_textfile_scrape_error == 1",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "A metrics file on {{ $labels.host }} cannot be read",
    description:
      "A .prom file in the node exporter's textfile directory on {{ $labels.host }} is broken or unreadable; its metrics are missing.",
    test: { fires: { node_textfile_scrape_error: 1 }, quiet: { node_textfile_scrape_error: 0 } },
  },
  {
    name: "NodeTextfileStale",
    expr: "time() - node_textfile_mtime_seconds > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 172_800, unit: "seconds", meaning: "age of a file in the textfile directory" },
    about: "instance",
    summary: "{{ $labels.file }} on {{ $labels.host }} is no longer written",
    description:
      "Nothing has written {{ $labels.file }} on {{ $labels.host }} for {{ $value | humanizeDuration }}; its metrics are frozen and look fine for ever.",
    test: {
      fires: ({ threshold }) => ({ 'node_textfile_mtime_seconds{file="backup.prom"}': -threshold - 1 }),
      quiet: ({ threshold }) => ({ 'node_textfile_mtime_seconds{file="backup.prom"}': `${-threshold + 1}+60x1000` }),
      firing: [{ file: "backup.prom" }],
    },
  },
  {
    name: "NodeRebooted",
    expr: "node_time_seconds - node_boot_time_seconds < $threshold",
    for: "0s",
    severity: "info",
    threshold: { default: 600, unit: "seconds", meaning: "time since the start of the host" },
    about: "instance",
    summary: "{{ $labels.host }} has rebooted",
    description: "{{ $labels.host }} started {{ $value | humanizeDuration }} ago.",
    test: {
      fires: ({ threshold }) => ({ node_time_seconds: 1_000_000 + threshold - 1, node_boot_time_seconds: 1_000_000 }),
      quiet: ({ threshold }) => ({ node_time_seconds: 1_000_000 + threshold, node_boot_time_seconds: 1_000_000 }),
    },
  },
];
