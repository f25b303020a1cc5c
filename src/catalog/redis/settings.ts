import { z } from "zod";
import { absolutePath, identifier, port, secret } from "../../inventory/values.ts";

/** What stands under `redis:`. */
export const settings = z
  .strictObject({
    mode: z
      .enum(["replication", "sentinel", "cluster"])
      .default("replication")
      .meta({ description: "replicas with a failover by hand, with Sentinel beside each server, or Redis Cluster" }),
    password: secret.optional().meta({ description: "requirepass of the servers; the exporter logs in with it" }),
    exporter: z
      .strictObject({ user: identifier.optional().meta({ description: "ACL user of the exporter, if not default" }) })
      .default({}),
    sentinel: z.strictObject({ port: port.default(26379) }).default({ port: 26379 }),
    log: absolutePath.default("/var/log/redis/redis-server.log"),
  })
  .meta({ description: "Redis" });

export type Settings = z.output<typeof settings>;
