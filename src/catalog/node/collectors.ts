/** Collectors that node exporter 1.5 runs unless told otherwise; Debian adds systemd to upstream's list. */
const byDefault = [
  "arp",
  "bcache",
  "bonding",
  "btrfs",
  "conntrack",
  "cpu",
  "cpufreq",
  "diskstats",
  "dmi",
  "edac",
  "entropy",
  "fibrechannel",
  "filefd",
  "filesystem",
  "hwmon",
  "infiniband",
  "ipvs",
  "loadavg",
  "mdadm",
  "meminfo",
  "netclass",
  "netdev",
  "netstat",
  "nfs",
  "nfsd",
  "nvme",
  "os",
  "powersupplyclass",
  "pressure",
  "rapl",
  "schedstat",
  "selinux",
  "sockstat",
  "softnet",
  "stat",
  "tapestats",
  "textfile",
  "thermal_zone",
  "time",
  "timex",
  "udp_queues",
  "uname",
  "vmstat",
  "xfs",
  "zfs",
] as const;

/** Collectors and switches that we turn on because alerts or panels need them. */
const always = ["processes", "systemd", "systemd.enable-restarts-metrics", "tcpstat"] as const;

/** What an inventory may turn on beside these. */
export const optionalCollectors = [
  "buddyinfo",
  "cgroups",
  "drbd",
  "ethtool",
  "interrupts",
  "ksmd",
  "lnstat",
  "logind",
  "meminfo_numa",
  "mountstats",
  "network_route",
  "qdisc",
  "slabinfo",
  "supervisord",
  "wifi",
  "zoneinfo",
] as const;

/** Everything that is on, by the exporter's own names. */
export function collectorsOn(extra: readonly string[]): readonly string[] {
  return [...byDefault, ...always, ...extra].sort();
}

/** Command line flags; no character in them means anything to a shell or to systemd. */
export function collectorFlags(extra: readonly string[]): readonly string[] {
  return [...always, ...[...extra].sort()].map((name) => `--collector.${name}`);
}
