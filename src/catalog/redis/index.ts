import { joinHostPort } from "../../model/ip.ts";
import type { Probe } from "../../signals/endpoint.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { check } from "./check.ts";
import { dashboard } from "./dashboard.ts";
import { logs } from "./logs.ts";
import { metrics } from "./metrics.ts";
import { settings } from "./settings.ts";

const serverPort = 6379;

/** Redis: one master with replicas, with or without Sentinel, Redis Cluster, or a server by itself. */
export const redis = defineKind({
  id: "redis",
  title: "Redis",
  tools: ["redis_exporter"],
  settings,
  roles: ["primary", "replica"],
  // A Redis Cluster has a primary for each part of the keys, and moves them itself.
  cluster: ({ mode }) => (mode === "cluster" ? undefined : { type: "primary", role: "primary" }),
  port: serverPort,
  ports: (service, { mode, sentinel }) => [
    ...(mode === "sentinel" ? [{ port: sentinel.port, purpose: "Redis Sentinel" }] : []),
    ...(mode === "cluster" ? [{ port: (service.port ?? serverPort) + 10_000, purpose: "Redis Cluster bus" }] : []),
  ],
  endpoints: () => [
    {
      name: "redis",
      exporter: {
        name: "redis_exporter",
        version: "1.45.0",
        source: "captured from redis_exporter 1.45.0 of Debian 12; flags: github.com/oliver006/redis_exporter",
      },
      port: 9121,
      metrics,
    },
  ],
  probe: { prober: "tcp" },
  probes: (service, { mode, sentinel }) =>
    mode !== "sentinel"
      ? []
      : service.instances.map(
          ({ host, source }): Probe => ({
            module: "tcp_connect",
            prober: "tcp",
            at: { host: host.name },
            port: sentinel.port,
            instance: joinHostPort(host.name, sentinel.port),
            source,
          }),
        ),
  alerts,
  dashboard,
  logs: (_service, own) => logs(own),
  units: (service, { mode, exporter, password }) => [
    { name: "redis-server", rhel: "redis" },
    ...(mode === "sentinel" ? [{ name: "redis-sentinel" }] : []),
    {
      name: "prometheus-redis-exporter",
      // The password never stands on the command line: the exporter reads it from REDIS_PASSWORD.
      flags: [
        `-redis.addr=redis://127.0.0.1:${service.port ?? serverPort}`,
        ...(exporter.user === undefined ? [] : [`-redis.user=${exporter.user}`]),
      ],
      listen: { flag: "-web.listen-address", port: 9121 },
      after: ["redis-server"],
      ...(password === undefined
        ? {}
        : {
            secretVariables: [
              {
                name: "REDIS_PASSWORD",
                before: "",
                after: "",
                from: password,
                source: [...service.source, "redis", "password"],
              },
            ],
          }),
      own: { description: "Redis exporter", program: ["redis_exporter"], user: "prometheus", confined: true },
    },
  ],
  packages: (_service, { mode }) => [
    { debian: "redis-server", rhel: "redis" },
    ...(mode === "sentinel" ? [{ debian: "redis-sentinel", rhel: "redis" }] : []),
    { debian: "prometheus-redis-exporter", source: "https://github.com/oliver006/redis_exporter/releases" },
  ],
  check: (service, own) => check(service, own),
});
