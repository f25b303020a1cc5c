import type { AlertTemplate } from "../../signals/alert.ts";

const container = '{id="/docker/4f1c",name="shop",image="shop:7"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "CadvisorDown",
    expr: 'up{job="docker"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "cAdvisor on {{ $labels.host }} does not answer",
    description:
      "cAdvisor at {{ $labels.instance }} has not answered for 5 minutes. The containers may be well, but nothing is known of them.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "ContainerMemoryNearLimit",
    expr: 'container_memory_working_set_bytes{name!=""} / (container_spec_memory_limit_bytes{name!=""} > 0) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of a container's memory limit in use" },
    about: "instance",
    summary:
      "Container {{ $labels.name }} on {{ $labels.host }} is at {{ $value | humanizePercentage }} of its memory limit",
    description:
      "The container {{ $labels.name }} ({{ $labels.image }}) has been close to its memory limit for 5 minutes. The kernel kills it at 100 %.",
    test: {
      fires: ({ threshold }) => ({
        [`container_memory_working_set_bytes${container}`]: threshold * 1000000 + 1,
        [`container_spec_memory_limit_bytes${container}`]: 1000000,
      }),
      quiet: ({ threshold }) => ({
        [`container_memory_working_set_bytes${container}`]: threshold * 1000000 - 1,
        [`container_spec_memory_limit_bytes${container}`]: 1000000,
      }),
      firing: [{ name: "shop" }],
      // No limit.
      alsoQuiet: [
        {
          [`container_memory_working_set_bytes${container}`]: 1000000,
          [`container_spec_memory_limit_bytes${container}`]: 0,
        },
      ],
    },
  },
  {
    name: "ContainerOomKilled",
    expr: 'increase(container_oom_events_total{name!=""}[15m]) > $threshold',
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "times that the memory ran out in 15 minutes" },
    about: "instance",
    summary: "Container {{ $labels.name }} on {{ $labels.host }} ran out of memory",
    description:
      "The kernel killed processes of the container {{ $labels.name }} ({{ $labels.image }}) in the last 15 minutes because it passed its memory limit.",
    test: {
      fires: ({ threshold }) => ({ [`container_oom_events_total${container}`]: `0+${Math.ceil(threshold) + 1}x600` }),
      quiet: { [`container_oom_events_total${container}`]: 7 },
      afterSeconds: 60,
      firing: [{ name: "shop" }],
    },
  },
  {
    name: "ContainerCpuThrottled",
    expr: 'rate(container_cpu_cfs_throttled_periods_total{name!=""}[5m]) / (rate(container_cpu_cfs_periods_total{name!=""}[5m]) > 0) > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0.25, unit: "ratio", meaning: "share of the CPU periods in which a container was held back" },
    about: "instance",
    summary:
      "Container {{ $labels.name }} on {{ $labels.host }} is held back in {{ $value | humanizePercentage }} of its CPU periods",
    description:
      "The CPU limit of the container {{ $labels.name }} ({{ $labels.image }}) has slowed it down for 15 minutes. Its requests take longer than the host would need.",
    test: {
      fires: ({ threshold }) => ({
        [`container_cpu_cfs_throttled_periods_total${container}`]: `0+${threshold * 600 + 6}x600`,
        [`container_cpu_cfs_periods_total${container}`]: "0+600x600",
      }),
      quiet: ({ threshold }) => ({
        [`container_cpu_cfs_throttled_periods_total${container}`]: `0+${threshold * 600 - 6}x600`,
        [`container_cpu_cfs_periods_total${container}`]: "0+600x600",
      }),
      afterSeconds: 60,
      firing: [{ name: "shop" }],
      // A counter that went on without periods, as after a restart of cAdvisor.
      alsoQuiet: [
        {
          [`container_cpu_cfs_throttled_periods_total${container}`]: "0+10x600",
          [`container_cpu_cfs_periods_total${container}`]: 0,
        },
      ],
    },
  },
  {
    name: "ContainerRestarting",
    expr: 'changes(container_start_time_seconds{name!=""}[15m]) > 2',
    for: "0s",
    severity: "warning",
    about: "instance",
    summary: "Container {{ $labels.name }} on {{ $labels.host }} keeps restarting",
    description:
      "The container {{ $labels.name }} ({{ $labels.image }}) has started {{ $value }} times anew in 15 minutes. It probably fails soon after each start.",
    test: {
      fires: { [`container_start_time_seconds${container}`]: "0+60x600" },
      quiet: { [`container_start_time_seconds${container}`]: 1000 },
      afterSeconds: 180,
      firing: [{ name: "shop" }],
    },
  },
];
