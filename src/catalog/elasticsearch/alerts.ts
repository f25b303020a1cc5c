import type { AlertTemplate } from "../../signals/alert.ts";

/** Nodes and the cluster as a whole. */
const cluster: readonly AlertTemplate[] = [
  {
    name: "ElasticsearchExporterDown",
    expr: 'up{job="elasticsearch"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The Elasticsearch exporter on {{ $labels.host }} does not answer",
    description:
      "The exporter {{ $labels.instance }} has not answered for 5 minutes. Nothing is known of the node beside it.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "ElasticsearchNodeDown",
    expr: "elasticsearch_node_stats_up == 0",
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "Elasticsearch on {{ $labels.host }} does not answer its exporter",
    description:
      "The exporter on {{ $labels.host }} is well but has had no answer from Elasticsearch for 2 minutes. The other nodes of {{ $labels.service }} hold the data as long as a majority lives.",
    test: { fires: { elasticsearch_node_stats_up: 0 }, quiet: { elasticsearch_node_stats_up: 1 } },
  },
  {
    name: "ElasticsearchQuorumLost",
    // Where the exporter is gone too, its last word is gone as well: such a node counts as down.
    expr: 'sum by (service, owner) (elasticsearch_node_stats_up or up{job="elasticsearch"} * 0) < on (service, owner) service:quorum:count',
    for: "2m",
    severity: "critical",
    about: "service",
    summary: "Elasticsearch {{ $labels.service }} has lost its majority",
    description:
      "Only {{ $value }} nodes of {{ $labels.service }} answer, fewer than a majority. No master can be elected, so that nothing can be written.",
    test: {
      fires: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        'elasticsearch_node_stats_up{host="$service-1"}': 1,
        'elasticsearch_node_stats_up{host="$service-2"}': 0,
        "service:quorum:count": 2,
      },
      quiet: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        'elasticsearch_node_stats_up{host="$service-1"}': 1,
        'elasticsearch_node_stats_up{host="$service-2"}': 1,
        "service:quorum:count": 2,
      },
      // Every exporter that is left says that its node is down, or none is left.
      alsoFires: [{ up: 0, "service:quorum:count": 2 }],
    },
  },
  {
    name: "ElasticsearchNodesMissing",
    expr: "max by (service, owner) (elasticsearch_cluster_health_number_of_nodes) < on (service, owner) service:expected_targets:count",
    for: "5m",
    severity: "warning",
    about: "service",
    summary: "Elasticsearch {{ $labels.service }} has only {{ $value }} nodes",
    description:
      "The cluster {{ $labels.service }} has seen fewer nodes than the inventory names for 5 minutes. Replicas are missing and the next failure can cost data.",
    test: {
      fires: { elasticsearch_cluster_health_number_of_nodes: 2, "service:expected_targets:count": 3 },
      quiet: { elasticsearch_cluster_health_number_of_nodes: 3, "service:expected_targets:count": 3 },
    },
  },
  {
    name: "ElasticsearchClusterRed",
    expr: 'max by (service, owner) (elasticsearch_cluster_health_status{color="red"}) == 1',
    for: "2m",
    severity: "critical",
    about: "service",
    summary: "Elasticsearch {{ $labels.service }} is red",
    description:
      "At least one primary shard of {{ $labels.service }} has had no home for 2 minutes: part of the data can be neither read nor written.",
    test: {
      fires: { 'elasticsearch_cluster_health_status{color="red"}': 1 },
      quiet: {
        'elasticsearch_cluster_health_status{color="red"}': 0,
        'elasticsearch_cluster_health_status{color="yellow"}': 1,
      },
    },
  },
  {
    name: "ElasticsearchClusterYellow",
    expr: 'max by (service, owner) (elasticsearch_cluster_health_status{color="yellow"}) == 1',
    for: "30m",
    severity: "warning",
    about: "service",
    summary: "Elasticsearch {{ $labels.service }} has been yellow for long",
    description:
      "Replicas of {{ $labels.service }} have had no home for 30 minutes. All data is there, but some of it only once.",
    test: {
      fires: { 'elasticsearch_cluster_health_status{color="yellow"}': 1 },
      quiet: {
        'elasticsearch_cluster_health_status{color="yellow"}': 0,
        'elasticsearch_cluster_health_status{color="green"}': 1,
      },
    },
  },
];

const available = "elasticsearch_filesystem_data_available_bytes";
const size = "elasticsearch_filesystem_data_size_bytes";

/** What a node runs out of. */
const resources: readonly AlertTemplate[] = [
  {
    name: "ElasticsearchHeapHigh",
    expr: 'elasticsearch_jvm_memory_used_bytes{area="heap"} / elasticsearch_jvm_memory_max_bytes{area="heap"} > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the heap in use" },
    about: "instance",
    summary: "Elasticsearch on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its heap",
    description:
      "The heap of {{ $labels.instance }} has been nearly full for 15 minutes. Collections get longer, circuit breakers trip, and the node may leave the cluster.",
    test: {
      fires: ({ threshold }) => ({
        'elasticsearch_jvm_memory_used_bytes{area="heap"}': threshold * 1000000 + 1,
        'elasticsearch_jvm_memory_max_bytes{area="heap"}': 1000000,
      }),
      quiet: ({ threshold }) => ({
        'elasticsearch_jvm_memory_used_bytes{area="heap"}': threshold * 1000000 - 1,
        'elasticsearch_jvm_memory_max_bytes{area="heap"}': 1000000,
      }),
    },
  },
  {
    name: "ElasticsearchDiskLow",
    expr: `min by (service, owner, host, instance) (${available} / ${size}) < $threshold`,
    for: "10m",
    severity: "warning",
    threshold: {
      default: 0.15,
      unit: "ratio",
      meaning: "share of the data disk that is free; 15 % is the low watermark",
    },
    about: "instance",
    summary: "The data disk of Elasticsearch on {{ $labels.host }} has {{ $value | humanizePercentage }} free",
    description:
      "The data disk of {{ $labels.instance }} has been past the low watermark for 10 minutes. No new shard is put there; at the high watermark shards are moved away.",
    test: {
      fires: ({ threshold }) => ({ [available]: threshold * 1000000 - 1, [size]: 1000000 }),
      quiet: ({ threshold }) => ({ [available]: threshold * 1000000 + 1, [size]: 1000000 }),
    },
  },
  {
    name: "ElasticsearchDiskFloodStage",
    expr: `min by (service, owner, host, instance) (${available} / ${size}) < $threshold`,
    for: "1m",
    severity: "critical",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of the data disk that is free; 5 % is the flood stage" },
    about: "instance",
    summary: "The data disk of Elasticsearch on {{ $labels.host }} has {{ $value | humanizePercentage }} free",
    description:
      "The data disk of {{ $labels.instance }} is past the flood stage. Every index with a shard there has become read-only: logs and documents are refused.",
    outranks: { alerts: ["ElasticsearchDiskLow"], by: ["host", "instance"] },
    test: {
      fires: ({ threshold }) => ({ [available]: threshold * 1000000 - 1, [size]: 1000000 }),
      quiet: ({ threshold }) => ({ [available]: threshold * 1000000 + 1, [size]: 1000000 }),
    },
  },
  {
    name: "ElasticsearchWritesRejected",
    expr: 'rate(elasticsearch_thread_pool_rejected_count{type="write"}[5m]) > $threshold',
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "rejected write requests per second" },
    about: "instance",
    summary: "Elasticsearch on {{ $labels.host }} rejects writes",
    description:
      "The write queue of {{ $labels.instance }} has been full for 5 minutes. Clients get 429 and have to send again; shippers fall behind.",
    test: {
      fires: ({ threshold }) => ({
        'elasticsearch_thread_pool_rejected_count{type="write"}': `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { 'elasticsearch_thread_pool_rejected_count{type="write"}': 7 },
      afterSeconds: 60,
    },
  },
];

export const alerts: readonly AlertTemplate[] = [...cluster, ...resources];
