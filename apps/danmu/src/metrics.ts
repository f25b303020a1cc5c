import type { Meter } from "@stackwright/telemetry";

/** What is counted. Rooms are no label: their names come from users, and would become series without end. */
export function createMetrics(meter: Meter) {
  const messages = meter.counter({
    name: "danmu_messages_total",
    help: "Comments that were accepted, by the way they came.",
    labels: ["via"],
  });
  const refused = meter.counter({
    name: "danmu_messages_refused_total",
    help: "Comments that were refused: not valid, or too many from one client.",
    labels: ["reason"],
  });
  const dropped = meter.counter({
    name: "danmu_connections_dropped_total",
    help: "Connections ended by the server: slow in reading, or silent.",
    labels: ["reason"],
  });
  const rejected = meter.counter({
    name: "danmu_connections_rejected_total",
    help: "Connections that were not accepted: no such path, or too many.",
    labels: ["reason"],
  });
  return {
    connections: meter.gauge({ name: "danmu_connections", help: "Open WebSocket connections." }),
    uniqueClients: meter.gauge({
      name: "danmu_unique_clients",
      help: "Clients with at least one open connection, each counted once.",
    }),
    rooms: meter.gauge({ name: "danmu_rooms", help: "Rooms that are kept, with somebody in them or not." }),
    accepted: meter.counter({
      name: "danmu_connections_accepted_total",
      help: "WebSocket connections that were accepted.",
    }),
    rejectedFull: rejected.bind({ reason: "full" }),
    rejectedInvalid: rejected.bind({ reason: "invalid" }),
    droppedSlow: dropped.bind({ reason: "slow" }),
    droppedSilent: dropped.bind({ reason: "silent" }),
    messagesLive: messages.bind({ via: "websocket" }),
    messagesPosted: messages.bind({ via: "http" }),
    refusedInvalid: refused.bind({ reason: "invalid" }),
    refusedRate: refused.bind({ reason: "rate" }),
    deliveries: meter.counter({
      name: "danmu_deliveries_total",
      help: "Comments handed to connections, once for each of them.",
    }),
    fanout: meter.histogram({
      name: "danmu_fanout_connections",
      help: "Connections that one comment was handed to.",
      buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    }),
    fanoutSeconds: meter.histogram({
      name: "danmu_fanout_duration_seconds",
      help: "Time to hand one comment to all connections of its room.",
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
