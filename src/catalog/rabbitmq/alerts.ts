import type { AlertTemplate } from "../../signals/alert.ts";

/** Nodes and how they hold together. */
const cluster: readonly AlertTemplate[] = [
  {
    name: "RabbitmqNodeDown",
    expr: 'up{job="rabbitmq"} == 0',
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "RabbitMQ on {{ $labels.host }} does not answer",
    description:
      "The metrics port of {{ $labels.instance }} has not answered for 2 minutes. The other nodes of {{ $labels.service }} carry on as long as a majority of them lives.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "RabbitmqQuorumLost",
    expr: 'sum by (service, owner) (up{job="rabbitmq"}) < on (service, owner) service:quorum:count',
    for: "1m",
    severity: "critical",
    about: "service",
    summary: "RabbitMQ {{ $labels.service }} has lost its majority",
    description:
      "Only {{ $value }} nodes of {{ $labels.service }} answer, fewer than a majority. Quorum queues take and give nothing, and with pause_minority the remaining nodes stop too.",
    test: {
      fires: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 0,
        'up{host="$service-3"}': 0,
        "service:quorum:count": 2,
      },
      quiet: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        "service:quorum:count": 2,
      },
    },
  },
  {
    name: "RabbitmqPartition",
    // A node that lost another one no longer lists it, so a state below 3 is rarely seen: count the connected ones.
    expr: '(count by (service, owner, host, instance) (erlang_vm_dist_node_state == 3) or max by (service, owner, host, instance) (up{job="rabbitmq"} == 1) * 0) < on (service, owner) group_left () (sum by (service, owner) (up{job="rabbitmq"}) - 1)',
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "RabbitMQ on {{ $labels.host }} is cut off from other nodes",
    description:
      "{{ $labels.instance }} has been connected to only {{ $value }} nodes for 2 minutes while more of {{ $labels.service }} answer. Queues and their mirrors can part from each other.",
    test: {
      fires: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 1,
        'erlang_vm_dist_node_state{host="$service-2",peer="rabbit@c"}': 3,
        'erlang_vm_dist_node_state{host="$service-3",peer="rabbit@b"}': 3,
      },
      quiet: {
        'up{host="$service-1"}': 1,
        'up{host="$service-2"}': 1,
        'up{host="$service-3"}': 0,
        'erlang_vm_dist_node_state{host="$service-1",peer="rabbit@b"}': 3,
        'erlang_vm_dist_node_state{host="$service-2",peer="rabbit@a"}': 3,
      },
      firing: [{ host: "$service-1" }, { host: "$service-2" }, { host: "$service-3" }],
      // Connections that are only being set up do not count.
      alsoFires: [
        {
          'up{host="$service-1"}': 1,
          'up{host="$service-2"}': 1,
          'up{host="$service-3"}': 1,
          'erlang_vm_dist_node_state{host="$service-1",peer="rabbit@b"}': 3,
          'erlang_vm_dist_node_state{host="$service-1",peer="rabbit@c"}': 1,
          'erlang_vm_dist_node_state{host="$service-2",peer="rabbit@a"}': 3,
          'erlang_vm_dist_node_state{host="$service-2",peer="rabbit@c"}': 1,
          'erlang_vm_dist_node_state{host="$service-3",peer="rabbit@a"}': 1,
          'erlang_vm_dist_node_state{host="$service-3",peer="rabbit@b"}': 1,
        },
      ],
    },
  },
];

/** What a node runs out of. */
const resources: readonly AlertTemplate[] = [
  {
    name: "RabbitmqMemoryAlarm",
    expr: "rabbitmq_alarms_memory_used_watermark == 1",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "RabbitMQ on {{ $labels.host }} is above its memory watermark",
    description:
      "{{ $labels.instance }} has raised its memory alarm for a minute. The whole cluster {{ $labels.service }} blocks everyone who publishes until it is gone.",
    test: {
      fires: { rabbitmq_alarms_memory_used_watermark: 1 },
      quiet: { rabbitmq_alarms_memory_used_watermark: 0 },
    },
  },
  {
    name: "RabbitmqDiskAlarm",
    expr: "rabbitmq_alarms_free_disk_space_watermark == 1",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "RabbitMQ on {{ $labels.host }} has too little disk space",
    description:
      "{{ $labels.instance }} has raised its disk alarm for a minute. The whole cluster {{ $labels.service }} blocks everyone who publishes until there is space again.",
    test: {
      fires: { rabbitmq_alarms_free_disk_space_watermark: 1 },
      quiet: { rabbitmq_alarms_free_disk_space_watermark: 0 },
    },
  },
  {
    name: "RabbitmqFileDescriptorsHigh",
    expr: "rabbitmq_process_open_fds / rabbitmq_process_max_fds > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.8, unit: "ratio", meaning: "share of the file descriptors in use" },
    about: "instance",
    summary: "RabbitMQ on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its file descriptors",
    description:
      "{{ $labels.instance }} has used more than its share of file descriptors for 10 minutes. At 100 % it takes no connection and no message more.",
    test: {
      fires: ({ threshold }) => ({ rabbitmq_process_open_fds: threshold * 10000 + 1, rabbitmq_process_max_fds: 10000 }),
      quiet: ({ threshold }) => ({ rabbitmq_process_open_fds: threshold * 10000, rabbitmq_process_max_fds: 10000 }),
    },
  },
];

/** Messages that nobody fetches or that nobody gets. */
const messages: readonly AlertTemplate[] = [
  {
    name: "RabbitmqQueueBacklog",
    expr: "sum by (service, owner) (rabbitmq_queue_messages_ready) > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 10000, unit: "count", meaning: "messages that wait in all queues of the service" },
    about: "service",
    summary: "{{ $value | humanize }} messages wait in RabbitMQ {{ $labels.service }}",
    description:
      "More messages than usual have waited in the queues of {{ $labels.service }} for 15 minutes: consumers are too slow or gone.",
    test: {
      fires: ({ threshold }) => ({
        'rabbitmq_queue_messages_ready{host="$service-1"}': threshold,
        'rabbitmq_queue_messages_ready{host="$service-2"}': 1,
      }),
      quiet: ({ threshold }) => ({
        'rabbitmq_queue_messages_ready{host="$service-1"}': threshold,
        'rabbitmq_queue_messages_ready{host="$service-2"}': 0,
      }),
    },
  },
  {
    name: "RabbitmqNoConsumers",
    expr: "sum by (service, owner) (rabbitmq_queue_messages_ready) > 0 unless on (service, owner) sum by (service, owner) (rabbitmq_consumers) > 0",
    for: "10m",
    severity: "warning",
    about: "service",
    summary: "Nobody consumes from RabbitMQ {{ $labels.service }}",
    description:
      "{{ $value | humanize }} messages have waited in {{ $labels.service }} for 10 minutes and no consumer is connected to any of its nodes.",
    test: {
      fires: { rabbitmq_queue_messages_ready: 1, rabbitmq_consumers: 0 },
      quiet: { rabbitmq_queue_messages_ready: 1, rabbitmq_consumers: 1 },
      alsoQuiet: [{ rabbitmq_queue_messages_ready: 0, rabbitmq_consumers: 0 }],
    },
  },
  {
    name: "RabbitmqMessagesUnroutable",
    expr: "sum by (service, owner) (rate(rabbitmq_global_messages_unroutable_dropped_total[5m])) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "messages per second that no queue takes" },
    about: "service",
    summary: "RabbitMQ {{ $labels.service }} drops messages that no queue takes",
    description:
      "Publishers of {{ $labels.service }} have sent to exchanges without a fitting queue for 10 minutes. These messages are lost and the publisher is not told.",
    test: {
      fires: ({ threshold }) => ({
        'rabbitmq_global_messages_unroutable_dropped_total{protocol="amqp091"}': `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { 'rabbitmq_global_messages_unroutable_dropped_total{protocol="amqp091"}': 7 },
      afterSeconds: 60,
    },
  },
];

export const alerts: readonly AlertTemplate[] = [...cluster, ...resources, ...messages];
