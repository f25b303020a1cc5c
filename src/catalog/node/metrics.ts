import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };
import { elsewhere } from "./elsewhere.ts";

/** Fields of /proc that are levels; all others of their collectors only grow, whatever their type says. */
const levels = new Set(["node_netstat_Ip_Forwarding", "node_netstat_Tcp_CurrEstab"]);
const cumulativePrefixes = ["node_netstat_", "node_vmstat_", "node_nf_conntrack_stat_"];

const tcpStates = [
  ..."close close_wait closing established fin_wait1 fin_wait2 last_ack listen rx_queued_bytes".split(" "),
  ..."syn_recv syn_sent time_wait tx_queued_bytes unknown".split(" "),
];

/** Closed label values, from the collectors' source at v1.5.0. */
const closed: Readonly<Record<string, Partial<Omit<MetricFamily, "name">>>> = {
  node_cpu_seconds_total: {
    labels: { mode: ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"] },
  },
  node_cpu_guest_seconds_total: { labels: { mode: ["nice", "user"] } },
  node_tcp_connection_states: { labels: { state: tcpStates } },
  node_udp_queues: { labels: { ip: ["v4", "v6"], queue: ["rx", "tx"] } },
};

/** Every family of the node exporter: captured from 1.5.0, with what other machines have besides. */
export const metrics: readonly MetricFamily[] = [
  ...familiesOf(captured, closed).map((family) =>
    cumulativePrefixes.some((prefix) => family.name.startsWith(prefix)) && !levels.has(family.name)
      ? { ...family, cumulative: true as const }
      : family,
  ),
  ...elsewhere,
];
