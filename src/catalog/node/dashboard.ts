import type { Service } from "../../model/model.ts";
import type { Panel, Row } from "../../signals/panel.ts";
import { realFilesystems } from "./alerts/storage.ts";
import type { NodeSettings } from "./settings.ts";

const devices = 'device!~"lo|veth.*|cali.*|lxc.*|tap.*|vnet.*"';

/** Utilisation, saturation and errors of each resource, the whole fleet first. */
export function dashboard(_services: readonly Service[], settings: readonly NodeSettings[]): readonly Row[] {
  const supervised = settings.some(({ collectors }) => collectors.includes("supervisord"));
  return [
    { title: "Overview", panels: overview },
    { title: "CPU", panels: cpu },
    { title: "Memory", panels: memory },
    { title: "Disks", panels: disks },
    { title: "Network", panels: network },
    { title: "System", panels: supervised ? [...system, supervisor] : system },
  ];
}

const overview: readonly Panel[] = [
  {
    title: "Hosts that answer",
    description:
      "1 for each host whose node exporter answers. Where one is 0, look at its ping in the blackbox dashboard: both gone means that the host is down.",
    type: "state-timeline",
    unit: "none",
    width: 24,
    queries: [{ expr: "up", legend: "{{instance}}" }],
    mappings: { "0": "down", "1": "up" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
  },
  {
    title: "Fullest filesystems",
    description:
      "Used share of the ten fullest filesystems. Above 85 % plan for room; the panel on space says how fast they fill.",
    type: "bargauge",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [
      {
        expr: `topk(10, 1 - node_filesystem_avail_bytes{${realFilesystems}} / node_filesystem_size_bytes{${realFilesystems}})`,
        legend: "{{instance}} {{mountpoint}}",
      },
    ],
    levels: { warning: 0.85, critical: 0.95 },
  },
  {
    title: "Uptime",
    description:
      "Time since each host has started. A short one that nobody planned is a crash: read the journal of the boot before.",
    type: "bargauge",
    unit: "s",
    min: 0,
    queries: [{ expr: "node_time_seconds - node_boot_time_seconds", legend: "{{instance}}" }],
  },
];

const cpu: readonly Panel[] = [
  {
    title: "CPU usage",
    description:
      "Used share of all CPUs of a host, waiting for disks not counted. Short peaks are healthy; above 90 % for long, look for the process with top.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [
      {
        expr: '1 - avg without (cpu) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[$__rate_interval])))',
        legend: "{{instance}}",
      },
    ],
    levels: { warning: 0.8, critical: 0.9 },
  },
  {
    title: "CPU time by mode",
    description:
      "What the CPUs do, without idling. Much iowait points to the disks below, much softirq to the network, steal to the hypervisor.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    stacked: true,
    queries: [
      {
        expr: 'avg without (cpu) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))',
        legend: "{{instance}} {{mode}}",
      },
    ],
  },
  {
    title: "Load for each CPU",
    description:
      "Tasks that run or wait, divided by the number of CPUs. About 1 is fully used; above 2 tasks queue up. High load with idle CPUs means that tasks wait for disks.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [
      {
        expr: 'node_load1 / count without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))',
        legend: "{{instance}}",
      },
    ],
    levels: { warning: 1, critical: 2 },
  },
  {
    title: "Time lost to waiting",
    description:
      "Share of time in which some task waited for CPU, disk or memory (pressure stall information). Near zero is healthy; the highest line names the bottleneck.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    queries: [
      { expr: "rate(node_pressure_cpu_waiting_seconds_total[$__rate_interval])", legend: "{{instance}} CPU" },
      { expr: "rate(node_pressure_io_waiting_seconds_total[$__rate_interval])", legend: "{{instance}} disk" },
      { expr: "rate(node_pressure_memory_waiting_seconds_total[$__rate_interval])", legend: "{{instance}} memory" },
    ],
  },
];

const memory: readonly Panel[] = [
  {
    title: "Memory in use",
    description:
      "Share that cannot be reclaimed; caches do not count. Above 90 % the kernel begins to evict and may kill: see the panel beside it.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [{ expr: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", legend: "{{instance}}" }],
    levels: { warning: 0.8, critical: 0.9 },
  },
  {
    title: "Paging and kills",
    description:
      "Pages fetched from disk because they were not in memory, pages swapped in and out, and processes that were killed. Steady swapping means that the memory is too small.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      { expr: "rate(node_vmstat_pgmajfault[$__rate_interval])", legend: "{{instance}} major faults" },
      { expr: "rate(node_vmstat_pswpin[$__rate_interval])", legend: "{{instance}} swapped in" },
      { expr: "rate(node_vmstat_pswpout[$__rate_interval])", legend: "{{instance}} swapped out" },
      { expr: "rate(node_vmstat_oom_kill[$__rate_interval])", legend: "{{instance}} killed" },
    ],
  },
];

const disks: readonly Panel[] = [
  {
    title: "Space left and forecast",
    description:
      "Share that is available, and where it will be in 24 hours at the pace of the last 6. Below zero it will be full by then: find what grows with du.",
    type: "timeseries",
    unit: "percentunit",
    max: 1,
    queries: [
      {
        expr: `node_filesystem_avail_bytes{${realFilesystems}} / node_filesystem_size_bytes{${realFilesystems}}`,
        legend: "{{instance}} {{mountpoint}}",
      },
      {
        expr: `predict_linear(node_filesystem_avail_bytes{${realFilesystems}}[6h], 86400) / node_filesystem_size_bytes{${realFilesystems}}`,
        legend: "{{instance}} {{mountpoint}} tomorrow",
      },
    ],
    levels: { warning: 0.15, critical: 0.05, lowIsBad: true },
  },
  {
    title: "Disk utilisation",
    description:
      "Share of time in which a disk had something to do. A single spinning disk is full at 100 %; SSDs and arrays take more at once, so compare with the latency.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [{ expr: "rate(node_disk_io_time_seconds_total[$__rate_interval])", legend: "{{instance}} {{device}}" }],
  },
  {
    title: "Disk latency",
    description:
      "Average time of a read or a write, waiting included. An SSD stays below a few milliseconds, a spinning disk below 20; more means overload or a failing disk.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: "rate(node_disk_read_time_seconds_total[$__rate_interval]) / (rate(node_disk_reads_completed_total[$__rate_interval]) > 0)",
        legend: "{{instance}} {{device}} read",
      },
      {
        expr: "rate(node_disk_write_time_seconds_total[$__rate_interval]) / (rate(node_disk_writes_completed_total[$__rate_interval]) > 0)",
        legend: "{{instance}} {{device}} write",
      },
    ],
  },
  {
    title: "Disk queue",
    description:
      "Requests in flight on average. A few are normal; more than 10 for long means that the disk cannot keep up.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [
      { expr: "rate(node_disk_io_time_weighted_seconds_total[$__rate_interval])", legend: "{{instance}} {{device}}" },
    ],
  },
];

const network: readonly Panel[] = [
  {
    title: "Network traffic",
    description:
      "Bytes received (above) and sent (below) each second. Compare with the link's speed; a sudden multiple of the usual is a flood or a backup.",
    type: "timeseries",
    unit: "Bps",
    queries: [
      {
        expr: `rate(node_network_receive_bytes_total{${devices}}[$__rate_interval])`,
        legend: "{{instance}} {{device}} received",
      },
      {
        expr: `-rate(node_network_transmit_bytes_total{${devices}}[$__rate_interval])`,
        legend: "{{instance}} {{device}} sent",
      },
    ],
  },
  {
    title: "Network errors and drops",
    description:
      "Packets with errors or dropped each second; zero is normal. Errors are cables, optics or duplex; drops are a host that is too slow.",
    type: "timeseries",
    unit: "pps",
    min: 0,
    queries: [
      {
        expr: `rate(node_network_receive_errs_total{${devices}}[$__rate_interval]) + rate(node_network_transmit_errs_total{${devices}}[$__rate_interval])`,
        legend: "{{instance}} {{device}} errors",
      },
      {
        expr: `rate(node_network_receive_drop_total{${devices}}[$__rate_interval]) + rate(node_network_transmit_drop_total{${devices}}[$__rate_interval])`,
        legend: "{{instance}} {{device}} drops",
      },
    ],
  },
  {
    title: "TCP connections by state",
    description:
      "Sockets of each host. Many in close_wait mean that an application forgets to close; many in syn_recv mean a flood or a full accept queue.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [
      {
        expr: 'node_tcp_connection_states{state!~"rx_queued_bytes|tx_queued_bytes|listen"}',
        legend: "{{instance}} {{state}}",
      },
    ],
  },
  {
    title: "TCP retransmissions",
    description:
      "Share of segments that had to be sent again. Below 1 % is normal inside one site; more means loss on the way: look at errors and drops.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    queries: [
      {
        expr: "rate(node_netstat_Tcp_RetransSegs[$__rate_interval]) / (rate(node_netstat_Tcp_OutSegs[$__rate_interval]) > 0)",
        legend: "{{instance}}",
      },
    ],
  },
];

const system: readonly Panel[] = [
  {
    title: "Kernel tables",
    description:
      "Used share of file handles, threads and the firewall's connection table. Normal is a few percent; a steady climb is a leak, and at 100 % nothing can be opened, started or connected.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    queries: [
      { expr: "node_filefd_allocated / node_filefd_maximum", legend: "{{instance}} file handles" },
      { expr: "node_processes_threads / node_processes_max_threads", legend: "{{instance}} threads" },
      { expr: "node_nf_conntrack_entries / node_nf_conntrack_entries_limit", legend: "{{instance}} connections" },
    ],
  },
  {
    title: "Clock offset",
    description:
      "Distance to the time server as the kernel knows it; milliseconds are normal. A flat zero line on a host whose clock is not synchronised means nothing: ask chronyc tracking.",
    type: "timeseries",
    unit: "s",
    queries: [{ expr: "node_timex_offset_seconds", legend: "{{instance}}" }],
  },
  {
    title: "Failed units",
    description: "systemd units in the state failed; zero is normal. systemctl --failed on the host names the reason.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [{ expr: 'node_systemd_units{state="failed"}', legend: "{{instance}}" }],
  },
];

const supervisor: Panel = {
  title: "Supervisor programs",
  description:
    "1 for each program of supervisord that runs. Where one is 0, supervisorctl tail NAME says why it ended.",
  type: "state-timeline",
  unit: "none",
  width: 24,
  queries: [{ expr: "node_supervisord_up", legend: "{{instance}} {{name}}" }],
  mappings: { "0": "stopped", "1": "running" },
  levels: { warning: 1, critical: 1, lowIsBad: true },
};
