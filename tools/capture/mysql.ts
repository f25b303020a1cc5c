import type { Bench } from "../../test/real/lab/bench.ts";
import { exporterLogin, follow, startMariadb, useMariadb } from "../../test/real/lab/servers/mariadb.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, collectorsOf, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge, type SeenFamily } from "./text-format.ts";

const collectors = [
  "auto_increment.columns",
  "binlog_size",
  "engine_innodb_status",
  "global_status",
  "global_variables",
  "heartbeat",
  "info_schema.clientstats",
  "info_schema.innodb_cmp",
  "info_schema.innodb_cmpmem",
  "info_schema.innodb_metrics",
  "info_schema.innodb_tablespaces",
  "info_schema.processlist",
  "info_schema.query_response_time",
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
  "slave_hosts",
  "slave_status",
];

/** The mysqld exporter on a MariaDB primary and on its replica, each collector scraped on its own. */
export async function captureMysql(bench: Bench): Promise<Capture> {
  const primary = await startServer(bench, "primary", 1);
  const replica = await startServer(bench, "replica", 2);
  await useMariadb(bench, "primary");
  await follow(bench, "replica", { host: "127.0.0.1", port: primary });
  const flags = collectors.map((collector) => `--collect.${collector}`);
  const urls: string[] = [];
  for (const server of [primary, replica]) {
    const port = await bench.freePort();
    const file = await bench.write(`exporter-${server}.cnf`, exporterLogin(server));
    const own = [`--config.my-cnf=${file}`, `--web.listen-address=127.0.0.1:${port}`];
    bench.start("prometheus-mysqld-exporter", [...flags, ...own]);
    urls.push(`http://127.0.0.1:${port}/metrics`);
  }
  const [text = ""] = await Promise.all(urls.map((url) => eventually(() => get(url))));
  const scrapes: [string, ReadonlyMap<string, SeenFamily>][] = [];
  for (const url of urls) {
    for (const collector of collectors) scrapes.push([collector, await scrape(`${url}?collect[]=${collector}`)]);
  }
  const all = merge([...(await Promise.all(urls.map(scrape))), ...scrapes.map(([, seen]) => seen)]);
  return {
    exporter: "mysqld_exporter",
    version: versionIn(text),
    flags,
    source: "a MariaDB 10.11 primary with semi-sync and its replica; collectors told apart by collect[]",
    families: families(all, collectorsOf(scrapes)),
  };
}

async function startServer(bench: Bench, name: string, id: number): Promise<number> {
  const port = await bench.freePort();
  await startMariadb(bench, {
    name,
    id,
    port,
    options: [
      "--bind-address=127.0.0.1",
      "--report-host=127.0.0.1",
      "--performance-schema=ON",
      "--userstat=1",
      "--innodb-monitor-enable=all",
      "--rpl-semi-sync-master-enabled=ON",
      "--rpl-semi-sync-slave-enabled=ON",
      "--plugin-load-add=query_response_time",
      "--loose-query-response-time-stats=ON",
    ],
  });
  return port;
}
