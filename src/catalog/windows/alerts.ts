import type { AlertTemplate } from "../../signals/alert.ts";

/** Recorded for each service under `windows.services`, with its `name`. */
export const expectedService = "service:expected_windows_service:info";

const listed = `${expectedService}{name="VDImonitor"}`;
const other = `${expectedService}{name="Spooler"}`;

export const alerts: readonly AlertTemplate[] = [
  {
    name: "WindowsDown",
    expr: 'up{job="windows"} == 0',
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "Windows host {{ $labels.host }} does not answer",
    description:
      "Prometheus has not reached windows_exporter on {{ $labels.instance }} for five minutes: the host is down, or the exporter is. Nothing else is known about the host until it answers.",
    test: { fires: { 'up{job="windows"}': 0 }, quiet: { 'up{job="windows"}': 1 } },
  },
  {
    name: "WindowsCPUHighUsage",
    needs: ["windows_cpu_time_total"],
    expr: '1 - avg by (service, owner, host, instance) (rate(windows_cpu_time_total{mode="idle"}[5m])) > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of time that all cores together are busy" },
    about: "instance",
    summary: "CPU of {{ $labels.host }} is busy: {{ $value | humanizePercentage }}",
    description:
      "For a quarter of an hour {{ $labels.host }} has spent {{ $value | humanizePercentage }} of its CPU time working. Users feel it as slowness.",
    test: {
      fires: ({ threshold }) => idle(Math.max(0, 1 - threshold - 0.02)),
      quiet: ({ threshold }) => idle(1 - threshold + 0.02),
      afterSeconds: 60,
    },
  },
  {
    name: "WindowsMemoryHighUtilization",
    needs: ["windows_memory_physical_total_bytes"],
    expr: "1 - windows_memory_physical_free_bytes / windows_memory_physical_total_bytes > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the physical memory that is in use" },
    about: "instance",
    summary: "Memory of {{ $labels.host }} is {{ $value | humanizePercentage }} full",
    description:
      "For ten minutes {{ $value | humanizePercentage }} of the physical memory of {{ $labels.host }} has been in use. Windows begins to page, then to refuse memory to programs.",
    test: {
      fires: ({ threshold }) => memory(1 - threshold - 0.01),
      quiet: ({ threshold }) => memory(1 - threshold + 0.01),
    },
  },
  {
    name: "WindowsDiskAlmostOutOfSpace",
    needs: ["windows_logical_disk_size_bytes"],
    expr: `
      windows_logical_disk_free_bytes{volume!~"HarddiskVolume.*"}
        / windows_logical_disk_size_bytes{volume!~"HarddiskVolume.*"} < $threshold`,
    for: "15m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of a volume that is free" },
    about: "instance",
    summary: "Volume {{ $labels.volume }} of {{ $labels.host }} has {{ $value | humanizePercentage }} left",
    description:
      "Only {{ $value | humanizePercentage }} of volume {{ $labels.volume }} on {{ $labels.host }} is free. A full system volume stops updates, logs and logins.",
    test: {
      fires: ({ threshold }) => volume(threshold - 0.01),
      quiet: ({ threshold }) => volume(threshold + 0.01),
    },
  },
  {
    name: "WindowsDiskOutOfSpace",
    needs: ["windows_logical_disk_size_bytes"],
    expr: `
      windows_logical_disk_free_bytes{volume!~"HarddiskVolume.*"}
        / windows_logical_disk_size_bytes{volume!~"HarddiskVolume.*"} < $threshold`,
    for: "5m",
    severity: "critical",
    threshold: { default: 0.03, unit: "ratio", meaning: "share of a volume that is free" },
    about: "instance",
    summary: "Volume {{ $labels.volume }} of {{ $labels.host }} is full",
    description:
      "{{ $value | humanizePercentage }} of volume {{ $labels.volume }} on {{ $labels.host }} is left: writes fail now or within minutes.",
    outranks: { alerts: ["WindowsDiskAlmostOutOfSpace"], by: ["host", "instance", "volume"] },
    test: {
      fires: ({ threshold }) => volume(threshold - 0.001),
      quiet: ({ threshold }) => volume(threshold + 0.001),
    },
  },
  {
    name: "WindowsServiceNotHealthy",
    needs: [expectedService],
    expr: `windows_service_state{state="running"} == 0 and on (service, name) ${expectedService}`,
    for: "3m",
    severity: "critical",
    about: "instance",
    summary: "Service {{ $labels.name }} does not run on {{ $labels.host }}",
    description:
      "The inventory lists the Windows service {{ $labels.name }}, and on {{ $labels.host }} it has been in another state than running for three minutes.",
    test: {
      fires: { 'windows_service_state{name="VDImonitor",state="running"}': 0, [listed]: 1 },
      quiet: {
        'windows_service_state{name="VDImonitor",state="running"}': 1,
        'windows_service_state{name="Spooler",state="running"}': 0,
        [listed]: 1,
      },
      // A service that is listed elsewhere only.
      alsoQuiet: [{ 'windows_service_state{name="VDImonitor",state="running"}': 0, [other]: 1 }],
    },
  },
  {
    name: "WindowsServiceMissing",
    needs: [expectedService],
    expr: `
      up{job="windows"} == 1 and on (service) ${expectedService}
      unless on (service, instance) (
        count by (service, owner, instance) (windows_service_state{state="running"} and on (service, name) ${expectedService})
          == on (service) group_left () count by (service) (${expectedService})
      )`,
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "A listed Windows service does not exist on {{ $labels.host }}",
    description:
      "Of the services that the inventory lists, {{ $labels.host }} does not report all: one is not installed, its name is written differently, or the exporter filters it out.",
    test: {
      fires: {
        'up{job="windows"}': 1,
        [listed]: 1,
        'windows_service_state{name="vdimonitor",state="running"}': 1,
      },
      quiet: {
        'up{job="windows"}': 1,
        [listed]: 1,
        'windows_service_state{name="VDImonitor",state="running"}': 0,
      },
      // Nothing is listed; or the host is down, which is another alert's.
      alsoQuiet: [
        { 'up{job="windows"}': 1, 'windows_service_state{name="Spooler",state="running"}': 1 },
        { 'up{job="windows"}': 0, [listed]: 1 },
      ],
      // One of two is missing; the one that is there is listed elsewhere.
      alsoFires: [
        {
          'up{job="windows"}': 1,
          [listed]: 1,
          [other]: 1,
          'windows_service_state{name="VDImonitor",state="running"}': 1,
        },
        { 'up{job="windows"}': 1, [other]: 1, 'windows_service_state{name="VDImonitor",state="running"}': 1 },
      ],
    },
  },
  {
    name: "WindowsNTPTimeOffset",
    needs: ["windows_time_computed_time_offset_seconds"],
    expr: "abs(windows_time_computed_time_offset_seconds) > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 1, unit: "seconds", meaning: "offset of the clock, as the time service computes it" },
    about: "instance",
    summary: "The clock of {{ $labels.host }} is off by {{ $value | humanizeDuration }}",
    description:
      "For a quarter of an hour the clock of {{ $labels.host }} has been {{ $value | humanizeDuration }} away from its time source. Logins fail from five minutes on, and times in logs mislead before that.",
    test: {
      fires: ({ threshold }) => ({ windows_time_computed_time_offset_seconds: threshold + 0.1 }),
      quiet: ({ threshold }) => ({ windows_time_computed_time_offset_seconds: threshold }),
    },
  },
  {
    name: "WindowsRebooted",
    needs: ["windows_system_boot_time_timestamp"],
    expr: "time() - windows_system_boot_time_timestamp < $threshold",
    for: "0s",
    severity: "info",
    threshold: { default: 900, unit: "seconds", meaning: "time since the start of the system" },
    about: "instance",
    summary: "{{ $labels.host }} was restarted {{ $value | humanizeDuration }} ago",
    description:
      "{{ $labels.host }} has started {{ $value | humanizeDuration }} ago. If nobody restarted it, an update, a crash or a power failure did.",
    test: {
      fires: ({ threshold }) => ({ windows_system_boot_time_timestamp: -threshold + 1 }),
      quiet: ({ threshold }) => ({ windows_system_boot_time_timestamp: `${-threshold}+60x600` }),
    },
  },
  {
    name: "WindowsCollectorError",
    expr: "windows_exporter_collector_success == 0",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "Collector {{ $labels.collector }} of windows_exporter fails on {{ $labels.host }}",
    description:
      "For ten minutes the collector {{ $labels.collector }} on {{ $labels.host }} has failed or run out of time. Its metrics are missing, and with them the alerts that need them.",
    test: {
      fires: { 'windows_exporter_collector_success{collector="service"}': 0 },
      quiet: { 'windows_exporter_collector_success{collector="service"}': 1 },
    },
  },
];

function idle(share: number): Readonly<Record<string, string>> {
  return {
    'windows_cpu_time_total{core="0,0",mode="idle"}': `0+${Math.round(share * 6000) / 100}x900`,
    'windows_cpu_time_total{core="0,1",mode="idle"}': `0+${Math.round(share * 6000) / 100}x900`,
    'windows_cpu_time_total{core="0,1",mode="user"}': "0+60x900",
  };
}

function memory(free: number): Readonly<Record<string, number>> {
  return {
    windows_memory_physical_free_bytes: Math.round(free * 16_000_000_000),
    windows_memory_physical_total_bytes: 16_000_000_000,
  };
}

function volume(free: number): Readonly<Record<string, number>> {
  return {
    'windows_logical_disk_free_bytes{volume="C:"}': Math.round(free * 100_000_000_000),
    'windows_logical_disk_size_bytes{volume="C:"}': 100_000_000_000,
    'windows_logical_disk_free_bytes{volume="HarddiskVolume1"}': 0,
    'windows_logical_disk_size_bytes{volume="HarddiskVolume1"}': 500_000_000,
  };
}
