import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { check } from "./check.ts";
import { dashboard } from "./dashboard.ts";
import { endpoint, exporterUnit } from "./exporter.ts";
import { logs } from "./logs.ts";
import { serverConfig } from "./server-config.ts";
import { settings } from "./settings.ts";

/** MySQL and MariaDB: one primary with replicas, Galera, or a server by itself. */
export const mysql = defineKind({
  id: "mysql",
  title: "MySQL and MariaDB",
  tools: ["mysqld_exporter"],
  settings,
  roles: ["primary", "replica"],
  // Every member of a Galera cluster takes writes, and a majority of them has to live.
  cluster: ({ topology }) => (topology === "galera" ? { type: "quorum" } : { type: "primary", role: "primary" }),
  port: 3306,
  ports: (_service, { topology }) =>
    topology === "galera"
      ? [
          { port: 4567, purpose: "Galera group communication" },
          { port: 4568, purpose: "Galera incremental state transfer" },
          { port: 4444, purpose: "Galera state snapshot transfer" },
        ]
      : [],
  endpoints: (_service, own) => [endpoint(own)],
  probe: { prober: "tcp" },
  alerts,
  dashboard,
  logs: (_service, own) => logs(own),
  units: (service, own, model) => [{ name: own.distribution }, exporterUnit(service, own, model)],
  packages: (_service, { distribution, topology }) => [
    distribution === "mariadb"
      ? { debian: "mariadb-server", rhel: "mariadb-server" }
      : { rhel: "mysql-server", source: "https://dev.mysql.com/downloads/" },
    ...(topology === "galera" && distribution === "mariadb" ? [{ debian: "galera-4", rhel: "galera" }] : []),
    {
      debian: "prometheus-mysqld-exporter",
      source: "https://github.com/prometheus/mysqld_exporter/releases",
    },
  ],
  hostFiles: (service, own) => serverConfig(service, own),
  check,
});
