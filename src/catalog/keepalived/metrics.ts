import { counter, gauge, type MetricFamily } from "../../signals/metric.ts";

const vip = { vip: "open", vip_service: "open" } as const;
const instance = { ...vip, iname: "open", intf: "open", vrid: "open" } as const;

/**
 * What the textfile on each member says. Names of counters, `keepalived_up`, `keepalived_vrrp_state` and
 * `keepalived_script_*` are those of keepalived-exporter 1.7 (https://github.com/mehdy/keepalived-exporter,
 * internal/collector/collector.go), so that dashboards made for it work; `vip` (name in the inventory) and
 * `vip_service` are added. Source of the values: keepalived's JSON dump (signal 36), the text dump for scripts, the
 * addresses of the host, and the inventory. Compared by name, type and labels with what a real node exporter 1.5.0 gives
 * of a real keepalived 2.2.7 (test/real/keepalived-metrics.test.ts).
 */
export const metrics: readonly MetricFamily[] = [
  // 1 while the daemon runs and answers the signal.
  gauge("keepalived_up"),
  // 0 init, 1 backup, 2 master, 3 fault; missing while the daemon is down.
  gauge("keepalived_vrrp_state", { ...instance, ip_address: "open" }),
  counter("keepalived_gratuitous_arp_delay_total", instance),
  counter("keepalived_advertisements_received_total", instance),
  counter("keepalived_advertisements_sent_total", instance),
  counter("keepalived_become_master_total", instance),
  counter("keepalived_release_master_total", instance),
  counter("keepalived_packet_length_errors_total", instance),
  counter("keepalived_advertisements_interval_errors_total", instance),
  counter("keepalived_ip_ttl_errors_total", instance),
  counter("keepalived_invalid_type_received_total", instance),
  counter("keepalived_address_list_errors_total", instance),
  counter("keepalived_authentication_invalid_total", instance),
  counter("keepalived_authentication_mismatch_total", instance),
  counter("keepalived_authentication_failure_total", instance),
  counter("keepalived_priority_zero_received_total", instance),
  counter("keepalived_priority_zero_sent_total", instance),
  // 1 good, 0 bad; `name` is the script's.
  gauge("keepalived_script_status", { name: "open" }),
  // 0 idle, 1 running, 2 and 3 being terminated.
  gauge("keepalived_script_state", { name: "open" }),
  // 1 where the address is on an interface of the host, whatever the daemon thinks of it. Always there, for every virtual IP of the host.
  gauge("keepalived_vip_held", vip),
  // From the generated config, also while the daemon is down.
  gauge("keepalived_vrrp_base_priority", vip),
  gauge("keepalived_vrrp_preempt", vip),
  gauge("keepalived_vrrp_effective_priority", vip),
  // When the file was written.
  gauge("keepalived_textfile_timestamp_seconds"),
];
