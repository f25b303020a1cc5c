import { z } from "zod";
import { absolutePath, duration, identifier, secret } from "../../inventory/values.ts";

/** Collectors of mysqld_exporter that are off by default and that an inventory may switch on; `heartbeat` has its own key. */
const moreCollectors = [
  "auto_increment.columns",
  "engine_innodb_status",
  "info_schema.clientstats",
  "info_schema.innodb_tablespaces",
  "info_schema.schemastats",
  "info_schema.tables",
  "info_schema.tablestats",
  "info_schema.userstats",
  "mysql.user",
  "perf_schema.eventsstatements",
  "perf_schema.eventsstatementssum",
  "perf_schema.eventswaits",
  "perf_schema.file_events",
  "perf_schema.file_instances",
  "perf_schema.indexiowaits",
  "perf_schema.memory_events",
  "perf_schema.tableiowaits",
  "perf_schema.tablelocks",
] as const;

const heartbeat = z
  .strictObject({
    database: identifier.default("heartbeat"),
    table: identifier.default("heartbeat"),
    utc: z.boolean().default(true).meta({ description: "pt-heartbeat runs with --utc" }),
  })
  .meta({ description: "where pt-heartbeat writes; its lag is then shown beside the server's own" });

const exporter = z.strictObject({
  user: identifier.default("exporter").meta({ description: "database user of the exporter" }),
  password: secret.optional().meta({ description: "its password" }),
  heartbeat: heartbeat.optional(),
  collectors: z
    .array(z.enum(moreCollectors))
    .default([])
    .meta({ description: "further collectors of the exporter; some cost the server time" }),
});

/** What stands under `mysql:`. Server variables that are not written here are left to the server. */
export const settings = z
  .strictObject({
    distribution: z
      .enum(["mariadb", "mysql"])
      .default("mariadb")
      .meta({ description: "which server it is: decides packages, units, paths and names of variables" }),
    topology: z
      .enum(["replication", "galera"])
      .default("replication")
      .meta({ description: "one writable primary with replicas, or a Galera cluster" }),
    semi_sync: z
      .enum(["after_sync", "after_commit", "off"])
      .optional()
      .meta({ description: "semi-synchronous replication, and what the primary waits with" }),
    binlog_format: z.enum(["row", "mixed", "statement"]).optional(),
    replica_read_only: z
      .boolean()
      .default(true)
      .meta({ description: "replicas refuse writes, so that writable servers can be counted" }),
    max_connections: z.int().min(10).max(100_000).optional(),
    long_query_time: duration.optional().meta({ description: "from when on a query counts as slow" }),
    error_log: absolutePath.optional(),
    slow_log: absolutePath.optional(),
    exporter: exporter.default({ user: "exporter", collectors: [] }),
  })
  .meta({ description: "MySQL or MariaDB" });

export type Settings = z.output<typeof settings>;
