import type { AlertTemplate } from "../../../signals/alert.ts";

/** CPU, memory and the kernel's tables. */
export const load: readonly AlertTemplate[] = [
  {
    name: "NodeCPUHighUsage",
    expr: '1 - avg without (cpu) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))) > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of CPU time that is used" },
    about: "instance",
    summary: "The CPUs of {{ $labels.host }} are busy",
    description:
      "{{ $value | humanizePercentage }} of the CPU time of {{ $labels.host }} has been used for 15 minutes.",
    test: {
      fires: ({ threshold }) => cpus(0.99 * (1 - threshold)),
      quiet: ({ threshold }) => cpus(1.01 * (1 - threshold)),
      afterSeconds: 60,
    },
  },
  {
    name: "NodeCPUStealHigh",
    expr: 'avg without (cpu) (rate(node_cpu_seconds_total{mode="steal"}[5m])) > $threshold',
    for: "30m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of CPU time that the hypervisor gave to others" },
    about: "instance",
    summary: "The hypervisor keeps CPU time from {{ $labels.host }}",
    description:
      "{{ $value | humanizePercentage }} of the CPU time that {{ $labels.host }} wanted went to other machines, for 30 minutes.",
    test: {
      fires: ({ threshold }) => ({
        'node_cpu_seconds_total{cpu="0",mode="steal"}': `0+${60 * threshold * 1.01}x600`,
      }),
      quiet: ({ threshold }) => ({
        'node_cpu_seconds_total{cpu="0",mode="steal"}': `0+${60 * threshold * 0.99}x600`,
      }),
      afterSeconds: 300,
      firing: [{ mode: "steal" }],
    },
  },
  {
    name: "NodeSystemSaturation",
    expr: 'node_load1 / count without (cpu, mode) (node_cpu_seconds_total{mode="idle"}) > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 2, unit: "count", meaning: "load of one minute for each CPU" },
    about: "instance",
    summary: "{{ $labels.host }} is overloaded",
    description:
      '{{ $value | printf "%.1f" }} tasks for each CPU of {{ $labels.host }} run or wait, for 15 minutes; it answers slowly.',
    test: {
      fires: ({ threshold }) => ({ node_load1: 2 * threshold + 0.1, ...idleCpus }),
      quiet: ({ threshold }) => ({ node_load1: 2 * threshold, ...idleCpus }),
    },
  },
  {
    name: "NodeMemoryHighUtilization",
    expr: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of memory that is in use and cannot be reclaimed" },
    about: "instance",
    summary: "{{ $labels.host }} is short of memory",
    description: "{{ $value | humanizePercentage }} of the memory of {{ $labels.host }} is in use, for 15 minutes.",
    test: {
      fires: ({ threshold }) => memory(1 - threshold - 0.01),
      quiet: ({ threshold }) => memory(1 - threshold + 0.01),
    },
  },
  {
    name: "NodeMemoryPressureHigh",
    expr: "rate(node_pressure_memory_stalled_seconds_total[5m]) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of time in which every task waited for memory" },
    about: "instance",
    summary: "{{ $labels.host }} stands still for lack of memory",
    description:
      "During {{ $value | humanizePercentage }} of the last 5 minutes all tasks of {{ $labels.host }} waited for memory to be reclaimed.",
    test: {
      fires: ({ threshold }) => ({
        node_pressure_memory_stalled_seconds_total: `0+${60 * threshold * 1.01}x600`,
      }),
      quiet: ({ threshold }) => ({
        node_pressure_memory_stalled_seconds_total: `0+${60 * threshold * 0.99}x600`,
      }),
      afterSeconds: 300,
    },
  },
  {
    name: "NodeOutOfMemoryKill",
    expr: "increase(node_vmstat_oom_kill[10m]) > 0",
    for: "0s",
    severity: "warning",
    about: "instance",
    summary: "The kernel has killed a process on {{ $labels.host }} for lack of memory",
    description:
      "Within the last 10 minutes the out-of-memory killer ended at least one process on {{ $labels.host }}.",
    test: {
      fires: { node_vmstat_oom_kill: "0x5 1x600" },
      quiet: { node_vmstat_oom_kill: 3 },
      afterSeconds: 360,
    },
  },
  {
    name: "NodeFileDescriptorsNearLimit",
    expr: "node_filefd_allocated / node_filefd_maximum > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of the kernel's file handles that is in use" },
    about: "instance",
    summary: "{{ $labels.host }} is running out of file handles",
    description:
      "{{ $value | humanizePercentage }} of fs.file-max on {{ $labels.host }} is in use; at the limit no process can open anything.",
    test: {
      fires: ({ threshold }) => ({ node_filefd_allocated: 1000 * threshold + 1, node_filefd_maximum: 1000 }),
      quiet: ({ threshold }) => ({ node_filefd_allocated: 1000 * threshold, node_filefd_maximum: 1000 }),
    },
  },
  {
    name: "NodeProcessesNearLimit",
    expr: "node_processes_threads / node_processes_max_threads > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of the kernel's threads that exists" },
    about: "instance",
    summary: "{{ $labels.host }} is running out of threads",
    description:
      "{{ $value | humanizePercentage }} of kernel.threads-max on {{ $labels.host }} is in use; at the limit nothing can be started, a shell included.",
    test: {
      fires: ({ threshold }) => ({ node_processes_threads: 1000 * threshold + 1, node_processes_max_threads: 1000 }),
      quiet: ({ threshold }) => ({ node_processes_threads: 1000 * threshold, node_processes_max_threads: 1000 }),
    },
  },
];

/** Two CPUs that are idle for this share of their time, a part of it waiting for disks. */
function cpus(idle: number): Readonly<Record<string, string>> {
  const series: Record<string, string> = {};
  for (const cpu of ["0", "1"]) {
    series[`node_cpu_seconds_total{cpu="${cpu}",mode="idle"}`] = `0+${40 * idle}x600`;
    series[`node_cpu_seconds_total{cpu="${cpu}",mode="iowait"}`] = `0+${20 * idle}x600`;
    series[`node_cpu_seconds_total{cpu="${cpu}",mode="user"}`] = `0+${60 * (1 - idle)}x600`;
  }
  return series;
}

const idleCpus = {
  'node_cpu_seconds_total{cpu="0",mode="idle"}': 1,
  'node_cpu_seconds_total{cpu="1",mode="idle"}': 1,
};

function memory(available: number): Readonly<Record<string, number>> {
  return { node_memory_MemAvailable_bytes: 1000 * available, node_memory_MemTotal_bytes: 1000 };
}
