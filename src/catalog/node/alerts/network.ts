import type { AlertTemplate, CaseSeries } from "../../../signals/alert.ts";

/** Not the ends of containers and virtual machines, which come and go. */
const realDevices = 'device!~"lo|veth.*|cali.*|lxc.*|tap.*|vnet.*|docker.*|br-.*"';
const firing = [{ device: "eth0" }];

/** Interfaces, connections and the kernel's network tables. */
export const network: readonly AlertTemplate[] = [
  {
    name: "NodeNetworkFloodSuspected",
    // Packets of 1250 bytes on average: 4,000 of them are 5 MB. A host without half an hour of history stays silent.
    expr: `(${flood("packets", "$threshold")}) or (${flood("bytes", "1250 * $threshold")})`,
    for: "5m",
    severity: "warning",
    threshold: {
      default: 4000,
      unit: "count",
      meaning: "packets received in a second; 1250 times as many bytes count as well",
    },
    about: "instance",
    summary: "{{ $labels.host }} receives unusually much on {{ $labels.device }}",
    description:
      "{{ $labels.device }} of {{ $labels.host }} has received more than 5 times its usual traffic for 5 minutes ({{ $value | humanize }} packets or bytes a second): a flood, a loop or a runaway client.",
    test: {
      // A silent hour, then three times the threshold.
      fires: ({ threshold }) => ({
        'node_network_receive_packets_total{device="eth0"}': `0x60 ${180 * threshold}+${180 * threshold}x600`,
        'node_network_receive_bytes_total{device="eth0"}': 0,
      }),
      quiet: ({ threshold }) => ({
        'node_network_receive_packets_total{device="eth0"}': `0+${60 * threshold * 3}x1000`,
        'node_network_receive_bytes_total{device="eth0"}': `0+${60 * threshold * 1249}x1000`,
      }),
      afterSeconds: 3720,
      firing,
      alsoFires: [
        ({ threshold }) => ({
          'node_network_receive_packets_total{device="eth0"}': 0,
          'node_network_receive_bytes_total{device="eth0"}': `0x60 ${225_000 * threshold}+${225_000 * threshold}x600`,
        }),
      ],
      // More than usual, but not five times; much, but no more than ever; more than ever, but little.
      alsoQuiet: [
        ({ threshold }) => ({
          'node_network_receive_packets_total{device="eth0"}': `0+${60 * threshold}x60 ${3870 * threshold}+${270 * threshold}x600`,
          'node_network_receive_bytes_total{device="eth0"}': 0,
        }),
        ({ threshold }) => ({
          'node_network_receive_packets_total{device="eth0"}': 0,
          'node_network_receive_bytes_total{device="eth0"}': `0+${225_000 * threshold}x1000`,
        }),
        ({ threshold }) => ({
          'node_network_receive_packets_total{device="eth0"}': `0x60 ${48 * threshold}+${48 * threshold}x600`,
          'node_network_receive_bytes_total{device="eth0"}': `0x60 ${60_000 * threshold}+${60_000 * threshold}x600`,
        }),
      ],
    },
  },
  {
    name: "NodeNetworkBandwidthSaturated",
    // The speed is not positive where a virtual interface has none.
    expr: `rate(node_network_receive_bytes_total{${realDevices}}[5m]) / (node_network_speed_bytes{${realDevices}} > 0) > $threshold or rate(node_network_transmit_bytes_total{${realDevices}}[5m]) / (node_network_speed_bytes{${realDevices}} > 0) > $threshold`,
    for: "15m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of the link's speed in one direction" },
    about: "instance",
    summary: "Link {{ $labels.device }} of {{ $labels.host }} is nearly full",
    description:
      "{{ $labels.device }} of {{ $labels.host }} carries {{ $value | humanizePercentage }} of its speed in one direction, for 15 minutes.",
    test: {
      fires: ({ threshold }) => bandwidth(60_000 * threshold * 1.01),
      quiet: ({ threshold }) => bandwidth(60_000 * threshold * 0.99),
      afterSeconds: 300,
      firing,
      alsoFires: [
        ({ threshold }) => ({
          'node_network_receive_bytes_total{device="eth0"}': `0+${60_000 * threshold * 1.01}x600`,
          'node_network_transmit_bytes_total{device="eth0"}': 0,
          'node_network_speed_bytes{device="eth0"}': 1000,
        }),
      ],
      alsoQuiet: [
        {
          'node_network_receive_bytes_total{device="eth0"}': "0+600000x600",
          'node_network_transmit_bytes_total{device="eth0"}': "0+600000x600",
          'node_network_speed_bytes{device="eth0"}': 0,
        },
      ],
    },
  },
  errors("Receive", "receive", "received"),
  errors("Transmit", "transmit", "sent"),
  {
    name: "NodeNetworkInterfaceFlapping",
    expr: `increase(node_network_carrier_changes_total{${realDevices}}[15m]) > $threshold`,
    for: "0s",
    severity: "warning",
    threshold: { default: 4, unit: "count", meaning: "changes of the carrier within 15 minutes" },
    about: "instance",
    summary: "Link {{ $labels.device }} of {{ $labels.host }} flaps",
    description:
      "{{ $labels.device }} of {{ $labels.host }} has lost or found its carrier {{ $value | humanize }} times in 15 minutes.",
    test: {
      fires: ({ threshold }) => ({
        'node_network_carrier_changes_total{device="eth0"}': `2x20 ${2 + threshold + 1}x600`,
      }),
      quiet: ({ threshold }) => ({
        'node_network_carrier_changes_total{device="eth0"}': `2+${(0.8 * threshold) / 15}x600`,
        'node_network_carrier_changes_total{device="veth1"}': `0+${threshold}x600`,
      }),
      afterSeconds: 1260,
      firing,
    },
  },
  {
    name: "NodeBondingDegraded",
    expr: "node_bonding_slaves - node_bonding_active > 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Bond {{ $labels.master }} of {{ $labels.host }} has lost a link",
    description:
      "{{ $value }} of the links of {{ $labels.master }} on {{ $labels.host }} are down; the next failure may cut the host off.",
    test: {
      fires: { 'node_bonding_slaves{master="bond0"}': 2, 'node_bonding_active{master="bond0"}': 1 },
      quiet: { 'node_bonding_slaves{master="bond0"}': 2, 'node_bonding_active{master="bond0"}': 2 },
      firing: [{ master: "bond0" }],
    },
  },
  {
    name: "NodeConntrackNearLimit",
    expr: "node_nf_conntrack_entries / node_nf_conntrack_entries_limit > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.75, unit: "ratio", meaning: "share of the connection table that is used" },
    about: "instance",
    summary: "The connection table of {{ $labels.host }} is nearly full",
    description:
      "{{ $value | humanizePercentage }} of the firewall's connection table on {{ $labels.host }} is used; when it is full, new connections are dropped.",
    test: {
      fires: ({ threshold }) => ({
        node_nf_conntrack_entries: 1000 * threshold + 1,
        node_nf_conntrack_entries_limit: 1000,
      }),
      quiet: ({ threshold }) => ({
        node_nf_conntrack_entries: 1000 * threshold,
        node_nf_conntrack_entries_limit: 1000,
      }),
    },
  },
  {
    name: "NodeTCPRetransmissionsHigh",
    expr: "rate(node_netstat_Tcp_RetransSegs[5m]) / rate(node_netstat_Tcp_OutSegs[5m]) > $threshold and rate(node_netstat_Tcp_OutSegs[5m]) > 100",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of TCP segments that are sent again" },
    about: "instance",
    summary: "{{ $labels.host }} has to send much of its TCP traffic again",
    description:
      "{{ $value | humanizePercentage }} of the TCP segments of {{ $labels.host }} were sent again: packets get lost on the way.",
    test: {
      fires: ({ threshold }) => retransmissions(12_000 * threshold + 10),
      quiet: ({ threshold }) => retransmissions(12_000 * threshold - 10),
      afterSeconds: 180,
    },
  },
  {
    name: "NodeListenQueueOverflows",
    expr: "rate(node_netstat_TcpExt_ListenOverflows[5m]) > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.2, unit: "count", meaning: "refused connections in a second" },
    about: "instance",
    summary: "A server on {{ $labels.host }} does not accept its connections in time",
    description:
      '{{ $value | printf "%.2f" }} connections a second are dropped on {{ $labels.host }} because the queue of a listening socket is full.',
    test: {
      fires: ({ threshold }) => ({ node_netstat_TcpExt_ListenOverflows: `0+${60 * threshold + 1}x600` }),
      quiet: ({ threshold }) => ({ node_netstat_TcpExt_ListenOverflows: `0+${60 * threshold - 1}x600` }),
      afterSeconds: 300,
    },
  },
];

/** More than the limit, and more than five times the mean of the day until half an hour ago. */
function flood(unit: "packets" | "bytes", limit: string): string {
  const rate = `rate(node_network_receive_${unit}_total{${realDevices}}[5m])`;
  return `${rate} > ${limit} and ${rate} > 5 * avg_over_time(${rate}[1d:30m] offset 30m)`;
}

function errors(name: "Receive" | "Transmit", direction: "receive" | "transmit", verb: string): AlertTemplate {
  const series = (share: number): CaseSeries => ({
    [`node_network_${direction}_errs_total{device="eth0"}`]: `0+${60_000 * share}x600`,
    [`node_network_${direction}_packets_total{device="eth0"}`]: "0+60000x600",
  });
  return {
    name: `NodeNetwork${name}Errs`,
    expr: `rate(node_network_${direction}_errs_total[5m]) / rate(node_network_${direction}_packets_total[5m]) > $threshold`,
    for: "30m",
    severity: "warning",
    threshold: { default: 0.01, unit: "ratio", meaning: `share of the packets ${verb} with an error` },
    about: "instance",
    summary: `Packets are ${verb} with errors on {{ $labels.device }} of {{ $labels.host }}`,
    description: `{{ $value | humanizePercentage }} of the packets on {{ $labels.device }} of {{ $labels.host }} were ${verb} with an error, for 30 minutes.`,
    test: {
      fires: ({ threshold }) => series(threshold * 1.01),
      quiet: ({ threshold }) => series(threshold * 0.99),
      afterSeconds: 60,
      firing,
    },
  };
}

/** A link of 1000 bytes a second and one without a speed. */
function bandwidth(bytesPerMinute: number): CaseSeries {
  return {
    'node_network_receive_bytes_total{device="eth0"}': 0,
    'node_network_transmit_bytes_total{device="eth0"}': `0+${bytesPerMinute}x600`,
    'node_network_speed_bytes{device="eth0"}': 1000,
    'node_network_receive_bytes_total{device="bond1"}': "0+600000x600",
    'node_network_speed_bytes{device="bond1"}': -125_000,
  };
}

function retransmissions(perMinute: number): CaseSeries {
  return { node_netstat_Tcp_RetransSegs: `0+${perMinute}x600`, node_netstat_Tcp_OutSegs: "0+12000x600" };
}
