import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the exporter of each node", [
  {
    title: "Cluster health",
    description:
      "The colour of each cluster. Green is normal; yellow lacks replicas, red lacks data: ask `_cluster/allocation/explain` for the reason.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "green", "1": "yellow", "2": "red" },
    levels: { warning: 1, critical: 2 },
    queries: [
      {
        expr: 'max by (service) (2 * elasticsearch_cluster_health_status{color="red"} or elasticsearch_cluster_health_status{color="yellow"})',
        legend: "{{service}}",
      },
    ],
  },
  {
    title: "Heap",
    description:
      "Heap in use by its size. A saw-tooth below 75 % is normal; a line that stays above 85 % means too many shards or too heavy queries.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.75, critical: 0.9 },
    queries: [
      {
        expr: 'elasticsearch_jvm_memory_used_bytes{area="heap"} / elasticsearch_jvm_memory_max_bytes{area="heap"}',
        legend: "{{instance}}",
      },
    ],
  },
  {
    title: "Free space on data disks",
    description:
      "Below 15 % no new shards come, below 10 % shards are moved away, below 5 % indices become read-only. See the lifecycle policies.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.15, critical: 0.05, lowIsBad: true },
    queries: [
      {
        expr: "elasticsearch_filesystem_data_available_bytes / elasticsearch_filesystem_data_size_bytes",
        legend: "{{instance}} {{path}}",
      },
    ],
  },
  {
    title: "Documents indexed",
    description:
      "Documents written per second on each node, replicas included. A fall to zero with shippers at work means rejected writes or read-only indices.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [{ expr: "rate(elasticsearch_indices_indexing_index_total[$__rate_interval])", legend: "{{instance}}" }],
  },
]);
