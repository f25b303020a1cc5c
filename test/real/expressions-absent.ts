/** Metrics that expressions ask for and that the lab of `expressions.test.ts` does not have. */
export interface Absent {
  readonly metrics: readonly string[];
  readonly because: string;
  /** They are there on a machine that has files like this one, because a lab shares its kernel and hardware. */
  readonly unless?: string;
}

export const absent: readonly Absent[] = [
  {
    metrics: ["mysql_global_status_wsrep_local_state"],
    because: "the databases are a primary and a replica, not Galera",
  },
  { metrics: ["redis_cluster_slots_fail", "redis_cluster_state"], because: "Redis replicates, and is not a cluster" },
  { metrics: ["prometheus_sd_refresh_failures_total"], because: "targets are found by files, not by HTTP" },
  {
    metrics: ["node_systemd_service_restart_total", "node_systemd_unit_state", "node_systemd_units"],
    because: "no systemd runs on a machine of a lab",
  },
  { metrics: ["node_bonding_active", "node_bonding_slaves"], because: "a machine of a lab has one network card" },
  {
    metrics: ["node_edac_correctable_errors_total", "node_edac_uncorrectable_errors_total"],
    because: "the memory controller of this machine is not seen",
    unless: "/sys/devices/system/edac/mc/mc[0-9]*",
  },
  {
    metrics: ["node_hwmon_temp_celsius"],
    because: "this machine shows no thermometer",
    unless: "/sys/class/hwmon/*/temp*_input",
  },
  {
    metrics: ["node_hwmon_temp_crit_celsius"],
    because: "this machine shows no thermometer with a limit",
    unless: "/sys/class/hwmon/*/temp*_crit",
  },
  {
    metrics: ["node_md_disks", "node_md_disks_required"],
    because: "this machine has no software RAID",
    unless: "/sys/block/md*",
  },
];

/** Panels without data in a healthy lab, by title, and why. */
export const emptyPanels: Readonly<Record<string, string>> = {
  "Endpoints that do not answer": "all of them answer",
  "Failed units": "no systemd runs on a machine of a lab",
};
