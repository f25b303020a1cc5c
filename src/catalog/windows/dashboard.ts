import type { Row } from "../../signals/panel.ts";
import { expectedService } from "./alerts.ts";
import type { WindowsSettings } from "./settings.ts";

const fleet: Row = {
  title: "Fleet",
  panels: [
    {
      title: "Hosts that answer",
      description: "1 for each host whose exporter answers. At 0, ping it, then look at the service windows_exporter.",
      type: "stat",
      unit: "bool_yes_no",
      mappings: { "0": "down", "1": "up" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [{ expr: "up", legend: "{{host}}" }],
    },
    {
      title: "Systems",
      description: "Product and build by host. Different builds in one pool are often a host that missed its updates.",
      type: "table",
      unit: "none",
      width: 16,
      queries: [{ expr: "windows_os_info", legend: "{{host}} {{product}} {{version}}" }],
    },
    {
      title: "Time since the start",
      description:
        "How long each host has run. A short time that nobody planned: look at the system event log, ids 41 and 1074.",
      type: "stat",
      unit: "s",
      queries: [{ expr: "time() - windows_system_boot_time_timestamp", legend: "{{host}}" }],
    },
  ],
};

const load: Row = {
  title: "CPU and memory",
  panels: [
    {
      title: "CPU by mode",
      description:
        "Cores' time by what it was spent on, without idle. Much privileged, interrupt or dpc time points at drivers and devices, user time at programs.",
      type: "timeseries",
      unit: "short",
      stacked: true,
      queries: [
        {
          expr: 'sum by (service, host, mode) (rate(windows_cpu_time_total{mode!="idle"}[$__rate_interval]))',
          legend: "{{host}} {{mode}}",
        },
      ],
    },
    {
      title: "CPU use",
      description: "Share of all cores that is busy. Above 90 % for long: find the process on the host.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      max: 1,
      levels: { warning: 0.8, critical: 0.9 },
      queries: [
        {
          expr: '1 - avg by (service, host) (rate(windows_cpu_time_total{mode="idle"}[$__rate_interval]))',
          legend: "{{host}}",
        },
      ],
    },
    {
      title: "Processor queue",
      description: "Threads that wait for a core. Lastingly above two for each core, the host has too few of them.",
      type: "timeseries",
      unit: "short",
      queries: [{ expr: "windows_system_processor_queue_length", legend: "{{host}}" }],
    },
    {
      title: "Memory in use",
      description: "Share of the physical memory. Above 90 % Windows pages: compare with page reads.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      max: 1,
      levels: { warning: 0.8, critical: 0.9 },
      queries: [
        { expr: "1 - windows_memory_physical_free_bytes / windows_memory_physical_total_bytes", legend: "{{host}}" },
      ],
    },
    {
      title: "Committed memory",
      description:
        "What programs were promised, by what memory and page files can hold. Near 1 programs are refused memory.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      queries: [{ expr: "windows_memory_committed_bytes / windows_memory_commit_limit", legend: "{{host}}" }],
    },
    {
      title: "Pages read from disk",
      description:
        "Pages per second that had to come back from disk. Short peaks are normal; a steady stream with full memory is thrashing.",
      type: "timeseries",
      unit: "ops",
      queries: [{ expr: "rate(windows_memory_swap_pages_read_total[$__rate_interval])", legend: "{{host}}" }],
    },
  ],
};

const disks: Row = {
  title: "Disks",
  panels: [
    {
      title: "Free space",
      description: "Share of each volume that is free; it is refreshed every 10 to 15 minutes. Below 10 % is an alert.",
      type: "bargauge",
      unit: "percentunit",
      min: 0,
      max: 1,
      levels: { warning: 0.2, critical: 0.1, lowIsBad: true },
      queries: [
        {
          expr: 'windows_logical_disk_free_bytes{volume!~"HarddiskVolume.*"} / (windows_logical_disk_size_bytes{volume!~"HarddiskVolume.*"} > 0)',
          legend: "{{host}} {{volume}}",
        },
      ],
    },
    {
      title: "Disk busy",
      description: "Share of time in which a disk worked. Near 1 with a growing queue it is the bottleneck.",
      type: "timeseries",
      unit: "percentunit",
      min: 0,
      queries: [
        {
          expr: "1 - rate(windows_physical_disk_idle_seconds_total[$__rate_interval])",
          legend: "{{host}} {{disk}}",
        },
      ],
    },
    {
      title: "Disk latency",
      description: "Mean time of a read and of a write. Above 20 ms on solid state disks something is wrong below.",
      type: "timeseries",
      unit: "s",
      queries: [
        {
          expr: "rate(windows_physical_disk_read_latency_seconds_total[$__rate_interval]) / (rate(windows_physical_disk_reads_total[$__rate_interval]) > 0)",
          legend: "{{host}} {{disk}} read",
        },
        {
          expr: "rate(windows_physical_disk_write_latency_seconds_total[$__rate_interval]) / (rate(windows_physical_disk_writes_total[$__rate_interval]) > 0)",
          legend: "{{host}} {{disk}} write",
        },
      ],
    },
  ],
};

const network: Row = {
  title: "Network and time",
  panels: [
    {
      title: "Traffic",
      description: "Bytes per second by interface, in and out. Compare with the speed of the interface.",
      type: "timeseries",
      unit: "Bps",
      queries: [
        { expr: "rate(windows_net_bytes_received_total[$__rate_interval])", legend: "{{host}} {{nic}} in" },
        { expr: "rate(windows_net_bytes_sent_total[$__rate_interval])", legend: "{{host}} {{nic}} out" },
      ],
    },
    {
      title: "Packets lost at the interface",
      description:
        "Errors and discards per second. 0 is normal; otherwise look at the cable, the duplex and the driver.",
      type: "timeseries",
      unit: "pps",
      queries: [
        {
          expr: "rate(windows_net_packets_received_errors_total[$__rate_interval]) + rate(windows_net_packets_received_discarded_total[$__rate_interval])",
          legend: "{{host}} {{nic}} in",
        },
        {
          expr: "rate(windows_net_packets_outbound_errors_total[$__rate_interval]) + rate(windows_net_packets_outbound_discarded_total[$__rate_interval])",
          legend: "{{host}} {{nic}} out",
        },
      ],
    },
  ],
};

const clock = {
  title: "Clock offset",
  description:
    "Distance to the time source as the Windows time service computes it. More than a second is an alert; see w32tm /query /status.",
  type: "timeseries",
  unit: "s",
  queries: [{ expr: "windows_time_computed_time_offset_seconds", legend: "{{host}}" }],
} as const;

const services: Row = {
  title: "Services",
  panels: [
    {
      title: "Listed services",
      description:
        "State of the services that the inventory lists, by host. Not running: the application event log says why it stopped.",
      type: "state-timeline",
      unit: "none",
      width: 24,
      mappings: { "0": "not running", "1": "running" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [
        {
          expr: `windows_service_state{state="running"} and on (service, name) ${expectedService}`,
          legend: "{{host}} {{name}}",
          narrow: "service",
        },
      ],
    },
  ],
};

const exporter: Row = {
  title: "Exporter",
  panels: [
    {
      title: "Collectors",
      description:
        "Whether each collector works. A failing one leaves holes in the panels above; the exporter's log names the cause.",
      type: "state-timeline",
      unit: "none",
      mappings: { "0": "failed", "1": "good" },
      levels: { warning: 1, critical: 1, lowIsBad: true },
      queries: [{ expr: "windows_exporter_collector_success", legend: "{{host}} {{collector}}" }],
    },
    {
      title: "Time of collectors",
      description:
        "How long each collector takes. Together they must stay below the scrape timeout; the service collector is slow without a filter.",
      type: "timeseries",
      unit: "s",
      queries: [{ expr: "windows_exporter_collector_duration_seconds", legend: "{{host}} {{collector}}" }],
    },
  ],
};

/** Rows for Windows hosts; listed services and the clock only where some service has them. */
export function windowsRows(settings: readonly WindowsSettings[]): readonly Row[] {
  const has = (collector: WindowsSettings["collectors"][number]): boolean =>
    settings.some((each) => each.collectors.includes(collector));
  const last = has("time") ? { ...network, panels: [...network.panels, clock] } : network;
  const listed = settings.some((each) => each.services.length > 0) && has("service");
  return [fleet, load, disks, last, ...(listed ? [services] : []), exporter];
}
