import type { Model, Service } from "../../model/model.ts";
import type { Endpoint, Exporter } from "../../signals/endpoint.ts";
import type { Unit } from "../../signals/host.ts";
import { satisfies } from "../../signals/versions.ts";
import { metrics } from "./metrics.ts";
import type { Settings } from "./settings.ts";

export const exporter: Exporter = {
  name: "mysqld_exporter",
  version: "0.14.0",
  source:
    "captured from mysqld_exporter 0.14.0 of Debian 12; flags and later names: github.com/prometheus/mysqld_exporter",
};

const exporterPort = 9104;

/** On in the exporter itself, without a flag. */
const byDefault = [
  "global_status",
  "global_variables",
  "slave_status",
  "info_schema.innodb_cmp",
  "info_schema.innodb_cmpmem",
  "info_schema.query_response_time",
];

/** Switched on by us: alerts and dashboard need them, and they cost little. */
const byUs = ["binlog_size", "info_schema.innodb_metrics", "info_schema.processlist"];

export function endpoint(settings: Settings): Endpoint {
  return {
    name: "mysql",
    exporter,
    port: exporterPort,
    metrics,
    collectors: [...byDefault, ...flagged(settings)].sort(),
  };
}

/** The exporter's unit. The password stands in a variable only: until 0.15.0 within DATA_SOURCE_NAME, then by itself. */
export function exporterUnit(service: Service, settings: Settings, model: Model): Unit {
  const { user, password } = settings.exporter;
  const server = `127.0.0.1:${service.port ?? 3306}`;
  const isOld = !satisfies(model.versions[exporter.name] ?? exporter.version, ">=0.15.0");
  const source = [...service.source, "mysql", "exporter", "password"];
  const variable = isOld
    ? { name: "DATA_SOURCE_NAME", before: `${user}:`, after: `@(${server})/` }
    : { name: "MYSQLD_EXPORTER_PASSWORD", before: "", after: "" };
  return {
    name: "prometheus-mysqld-exporter",
    flags: [...(isOld ? [] : [`--mysqld.address=${server}`, `--mysqld.username=${user}`]), ...flags(settings)],
    listen: { flag: "--web.listen-address", port: exporterPort },
    after: [settings.distribution],
    ...(password === undefined ? {} : { secretVariables: [{ ...variable, from: password, source }] }),
    ...(password === undefined && isOld ? { variables: { DATA_SOURCE_NAME: `${user}@(${server})/` } } : {}),
    own: { description: "mysqld exporter", program: ["mysqld_exporter"], user: "prometheus", confined: true },
  };
}

function flags(settings: Settings): readonly string[] {
  const { heartbeat } = settings.exporter;
  return [
    // A scrape is no slow query; MySQL of Oracle does not know the session variable.
    ...(settings.distribution === "mariadb" ? ["--exporter.log_slow_filter"] : []),
    ...flagged(settings).map((collector) => `--collect.${collector}`),
    ...(heartbeat === undefined
      ? []
      : [
          `--collect.heartbeat.database=${heartbeat.database}`,
          `--collect.heartbeat.table=${heartbeat.table}`,
          ...(heartbeat.utc ? ["--collect.heartbeat.utc"] : []),
        ]),
  ];
}

function flagged(settings: Settings): readonly string[] {
  const heartbeat = settings.exporter.heartbeat === undefined ? [] : ["heartbeat"];
  return [...new Set([...byUs, ...settings.exporter.collectors, ...heartbeat])].sort();
}
