import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const settings = z.strictObject({});

export const rabbitmq = defineKind<z.infer<typeof settings>>({
  id: "rabbitmq",
  title: "RabbitMQ",
  tools: ["rabbitmq_prometheus"],
  settings,
  cluster: { type: "quorum" },
  port: 5672,
  ports: () => [
    { port: 4369, purpose: "Erlang's port mapper" },
    { port: 25672, purpose: "Erlang distribution between nodes" },
  ],
  endpoints: () => [
    {
      name: "rabbitmq",
      exporter: {
        name: "rabbitmq_prometheus",
        version: "3.10.8",
        source: "captured from RabbitMQ 3.10.8; https://www.rabbitmq.com/docs/3.13/prometheus",
      },
      port: 15692,
      metrics,
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "rabbitmq-server" }],
  packages: () => [
    { debian: "rabbitmq-server", rhel: "rabbitmq-server", source: "https://www.rabbitmq.com/docs/download" },
  ],
});
