import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("cAdvisor on each host", [
  {
    title: "CPU by container",
    description:
      "Cores in use by each container. Compare with its limit; a flat line at the limit means that it is held back.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [
      {
        expr: 'sum without (cpu) (rate(container_cpu_usage_seconds_total{name!=""}[$__rate_interval]))',
        legend: "{{host}} {{name}}",
      },
    ],
  },
  {
    title: "Memory by container",
    description: "Working set of each container, what the kernel cannot take back. Steady growth over days is a leak.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: 'container_memory_working_set_bytes{name!=""}', legend: "{{host}} {{name}}" }],
  },
  {
    title: "Time since start",
    description:
      "How long each container has run. Lines that fall to zero are restarts; ask `docker logs` for the reason.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [{ expr: 'time() - container_start_time_seconds{name!=""}', legend: "{{host}} {{name}}" }],
  },
]);
