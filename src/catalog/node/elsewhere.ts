import { counter, gauge, type MetricFamily } from "../../signals/metric.ts";

const unitStates = ["activating", "active", "deactivating", "failed", "inactive"];

/**
 * What the machine of the capture has no hardware or software for: bonds, RAID, sensors, ECC memory, systemd and others.
 * From the collectors and their expected output at v1.5.0:
 * https://github.com/prometheus/node_exporter/blob/v1.5.0/collector/fixtures/e2e-output.txt
 */
export const elsewhere: readonly MetricFamily[] = [
  ...of("bonding", [
    gauge("node_bonding_active", { master: "open" }),
    gauge("node_bonding_slaves", { master: "open" }),
  ]),
  ...of("mdadm", [
    gauge("node_md_blocks", { device: "open" }),
    gauge("node_md_blocks_synced", { device: "open" }),
    gauge("node_md_disks", { device: "open", state: ["active", "failed", "spare"] }),
    gauge("node_md_disks_required", { device: "open" }),
    gauge("node_md_state", { device: "open", state: ["active", "check", "inactive", "recovering", "resync"] }),
  ]),
  ...of("edac", [
    counter("node_edac_correctable_errors_total", { controller: "open" }),
    counter("node_edac_uncorrectable_errors_total", { controller: "open" }),
    counter("node_edac_csrow_correctable_errors_total", { controller: "open", csrow: "open" }),
    counter("node_edac_csrow_uncorrectable_errors_total", { controller: "open", csrow: "open" }),
  ]),
  ...of("hwmon", [
    gauge("node_hwmon_chip_names", { chip: "open", chip_name: "open" }),
    gauge("node_hwmon_sensor_label", { chip: "open", sensor: "open", label: "open" }),
    ...[
      ..."fan_alarm fan_min_rpm fan_max_rpm fan_rpm in_alarm in_max_volts in_min_volts in_volts".split(" "),
      ..."intrusion_alarm power_average_watt temp_alarm temp_celsius temp_crit_alarm_celsius".split(" "),
      ..."temp_crit_celsius temp_max_celsius".split(" "),
    ].map((name) => gauge(`node_hwmon_${name}`, { chip: "open", sensor: "open" })),
  ]),
  ...of("systemd", [
    gauge("node_systemd_system_running"),
    gauge("node_systemd_units", { state: unitStates }),
    gauge("node_systemd_unit_state", { name: "open", state: unitStates, type: "open" }),
    gauge("node_systemd_timer_last_trigger_seconds", { name: "open" }),
    counter("node_systemd_socket_accepted_connections_total", { name: "open" }),
    gauge("node_systemd_socket_current_connections", { name: "open" }),
    gauge("node_systemd_socket_refused_connections_total", { name: "open" }, { cumulative: true }),
    gauge("node_systemd_version", { version: "open" }),
  ]),
  ...of("systemd.enable-restarts-metrics", [counter("node_systemd_service_restart_total", { name: "open" })]),
  ...of("cpufreq", [
    gauge("node_cpu_scaling_frequency_hertz", { cpu: "open" }),
    gauge("node_cpu_scaling_frequency_max_hertz", { cpu: "open" }),
    gauge("node_cpu_scaling_frequency_min_hertz", { cpu: "open" }),
  ]),
  ...of("cpu", [
    counter("node_cpu_core_throttles_total", { core: "open", package: "open" }),
    counter("node_cpu_package_throttles_total", { package: "open" }),
  ]),
  ...of("schedstat", [
    counter("node_schedstat_running_seconds_total", { cpu: "open" }),
    counter("node_schedstat_timeslices_total", { cpu: "open" }),
    counter("node_schedstat_waiting_seconds_total", { cpu: "open" }),
  ]),
  ...of("thermal_zone", [
    gauge("node_thermal_zone_temp", { type: "open", zone: "open" }),
    gauge("node_cooling_device_cur_state", { name: "open", type: "open" }),
    gauge("node_cooling_device_max_state", { name: "open", type: "open" }),
  ]),
  ...of("nvme", [
    gauge("node_nvme_info", {
      device: "open",
      firmware_revision: "open",
      model: "open",
      serial: "open",
      state: "open",
    }),
  ]),
  ...of("dmi", [
    gauge("node_dmi_info", {
      bios_date: "open",
      bios_release: "open",
      bios_vendor: "open",
      bios_version: "open",
      product_name: "open",
      product_family: "open",
      system_vendor: "open",
    }),
  ]),
  ...of("powersupplyclass", [
    gauge("node_power_supply_online", { power_supply: "open" }),
    gauge("node_power_supply_capacity", { power_supply: "open" }),
  ]),
  ...of("rapl", [counter("node_rapl_package_joules_total", { index: "open", path: "open" })]),
  ...of("nfs", [
    counter("node_nfs_requests_total", { method: "open", proto: "open" }),
    counter("node_nfs_rpcs_total"),
    counter("node_nfs_rpc_retransmissions_total"),
    counter("node_nfs_rpc_authentication_refreshes_total"),
  ]),
  ...of("nfsd", [
    counter("node_nfsd_requests_total", { method: "open", proto: "open" }),
    counter("node_nfsd_disk_bytes_read_total"),
    counter("node_nfsd_disk_bytes_written_total"),
    gauge("node_nfsd_server_threads"),
  ]),
  ...of("drbd", [
    gauge("node_drbd_connected", { device: "open" }),
    gauge("node_drbd_disk_state_is_up_to_date", { device: "open", node: ["local", "remote"] }),
    gauge("node_drbd_node_role_is_primary", { device: "open", node: ["local", "remote"] }),
    gauge("node_drbd_out_of_sync_bytes", { device: "open" }),
    counter("node_drbd_network_received_bytes_total", { device: "open" }),
    counter("node_drbd_network_sent_bytes_total", { device: "open" }),
  ]),
  ...of("supervisord", [
    ...["up", "state", "exit_status"].map((name) => gauge(`node_supervisord_${name}`, { name: "open", group: "open" })),
    counter("node_supervisord_start_time_seconds", { name: "open", group: "open" }),
  ]),
];

function of(collector: string, families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families.map((family) => ({ ...family, collector }));
}
