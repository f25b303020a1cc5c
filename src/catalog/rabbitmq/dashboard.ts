import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the metrics port of each node", [
  {
    title: "Messages ready and unacknowledged",
    description:
      "Messages that wait, and messages that consumers hold without having acknowledged them. Both near zero is normal; a rise of the first means slow or missing consumers.",
    type: "timeseries",
    unit: "short",
    min: 0,
    queries: [
      { expr: "rabbitmq_queue_messages_ready", legend: "{{instance}} ready" },
      { expr: "rabbitmq_queue_messages_unacked", legend: "{{instance}} unacknowledged" },
    ],
  },
  {
    title: "Messages received and delivered",
    description:
      "Messages per second that publishers sent and that consumers got. The two should run together; look at the backlog where they part.",
    type: "timeseries",
    unit: "ops",
    min: 0,
    queries: [
      {
        expr: "sum without (protocol) (rate(rabbitmq_global_messages_received_total[$__rate_interval]))",
        legend: "{{instance}} received",
      },
      {
        expr: "sum without (protocol, queue_type) (rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))",
        legend: "{{instance}} delivered",
      },
    ],
  },
  {
    title: "Memory against the watermark",
    description: "Memory in use by its limit. Above 100 % the cluster blocks publishers; look for a long queue.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    levels: { warning: 0.8, critical: 1 },
    queries: [
      {
        expr: "rabbitmq_process_resident_memory_bytes / rabbitmq_resident_memory_limit_bytes",
        legend: "{{instance}}",
      },
    ],
  },
  {
    title: "Connected nodes",
    description:
      "Other nodes that each node is connected to: one less than the nodes of the cluster. Fewer is a partition.",
    type: "timeseries",
    unit: "none",
    min: 0,
    queries: [{ expr: "count without (peer) (erlang_vm_dist_node_state == 3)", legend: "{{instance}}" }],
  },
]);
