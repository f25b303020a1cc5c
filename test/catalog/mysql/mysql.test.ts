import { describe, expect, it } from "vitest";
import { expand } from "../../../src/catalog/expand/index.ts";
import { mysql } from "../../../src/catalog/mysql/index.ts";
import { errorRecord, slowRecord } from "../../../src/catalog/mysql/logs.ts";
import { settings } from "../../../src/catalog/mysql/settings.ts";
import { node } from "../../../src/catalog/node/index.ts";
import { formatPath } from "../../../src/diagnostics/path.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Signals } from "../../../src/signals/signals.ts";

const kinds = [mysql, node];
const pair = { db1: { role: "primary" }, db2: { role: "replica" } };

function inventory(own: unknown, more: Readonly<Record<string, unknown>> = {}, version = "0.14.0") {
  return {
    version: 1,
    platform: "example",
    environment: "test",
    versions: { mysqld_exporter: version },
    segments: { lan: { cidr: "192.0.2.0/24" } },
    hosts: { db1: { address: "192.0.2.11", segment: "lan" }, db2: { address: "192.0.2.12", segment: "lan" } },
    services: { shop: { kind: "mysql", hosts: pair, mysql: own, ...more } },
  };
}

function signals(...args: Parameters<typeof inventory>): Signals {
  const { model, problems } = compile(inventory(...args), kinds);
  if (model === undefined) throw new Error(JSON.stringify(problems));
  return expand(model, kinds);
}

function errors(...args: Parameters<typeof inventory>): readonly string[] {
  return compile(inventory(...args), kinds).problems.map((each) => `${each.code} ${formatPath(each.path)}`);
}

const exporterFlags = (found: Signals) =>
  found.units.find(({ fact }) => fact.name === "prometheus-mysqld-exporter")?.fact.flags ?? [];
const rows = (found: Signals) =>
  found.dashboards.filter(({ kind }) => kind === "mysql").flatMap((board) => board.rows.map((row) => row.title));
const files = (found: Signals) => found.hostFiles.filter(({ kind }) => kind === "mysql").map(({ fact }) => fact);
const alertNames = (found: Signals) => found.alerts.map(({ template }) => template.name);

describe("settings of mysql", () => {
  it("are complete when nothing is written", () => {
    expect(settings.parse({})).toEqual({
      distribution: "mariadb",
      topology: "replication",
      replica_read_only: true,
      exporter: { user: "exporter", collectors: [] },
    });
  });

  it("take the password by reference only", () => {
    expect(settings.safeParse({ exporter: { password: "hunter2" } }).success).toBe(false);
    expect(settings.parse({ exporter: { password: { env: "EXPORTER" } } }).exporter.password).toEqual({
      from: "env",
      name: "EXPORTER",
    });
  });

  it("refuse writable replicas while writable servers are counted", () => {
    const disabled = { thresholds: { MysqlMultiplePrimaries: { enabled: false } } };
    expect(errors({ replica_read_only: false })).toEqual(["invalid-value services.shop.mysql.replica_read_only"]);
    expect(errors({ replica_read_only: false }, disabled)).toEqual([]);
    expect(errors({ replica_read_only: true })).toEqual([]);
  });
});

describe("the exporter of mysql", () => {
  it("runs with the collectors that the alerts need, and without a password on its command line", () => {
    const flags = exporterFlags(signals({ exporter: { user: "watcher", password: { file: "secrets/watcher" } } }));
    expect(flags).toEqual([
      "--exporter.log_slow_filter",
      "--collect.binlog_size",
      "--collect.info_schema.innodb_metrics",
      "--collect.info_schema.processlist",
    ]);
  });

  it("is told address and user by flags from 0.15 on, with the service's own port", () => {
    const own = { exporter: { user: "watcher" } };
    expect(exporterFlags(signals(own, { port: 3307 }, "0.15.0"))).toEqual(
      expect.arrayContaining(["--mysqld.address=127.0.0.1:3307", "--mysqld.username=watcher"]),
    );
  });

  it("measures heartbeats only where they are written", () => {
    expect(alertNames(signals({}))).not.toContain("MysqlHeartbeatLag");
    const found = signals({ exporter: { heartbeat: { database: "percona", utc: false } } });
    expect(alertNames(found)).toContain("MysqlHeartbeatLag");
    expect(exporterFlags(found)).toContain("--collect.heartbeat.database=percona");
    expect(exporterFlags(found)).not.toContain("--collect.heartbeat.utc");
  });

  it("has a broken scrape told by whichever metric its version has", () => {
    expect(alertNames(signals({}, {}, "0.14.0"))).toContain("MysqlScrapeIncomplete");
    expect(alertNames(signals({}, {}, "0.14.0"))).not.toContain("MysqlCollectorFailing");
    expect(alertNames(signals({}, {}, "0.15.1"))).not.toContain("MysqlScrapeIncomplete");
    expect(alertNames(signals({}, {}, "0.15.1"))).toContain("MysqlCollectorFailing");
  });
});

describe("the dashboard of mysql", () => {
  it("leaves out what a server by itself has not", () => {
    expect(rows(signals({}, { hosts: ["db1"] }))).toEqual(["Overview", "Queries", "InnoDB"]);
  });

  it("shows replication for replicas, and Galera for Galera", () => {
    expect(rows(signals({}))).toContain("Replication");
    expect(rows(signals({ topology: "galera" }, { hosts: ["db1"] }))).toEqual([
      "Overview",
      "Queries",
      "Galera",
      "InnoDB",
    ]);
  });
});

describe("the option file of mysql", () => {
  it("is not there where the inventory names no server variable", () => {
    expect(files(signals({ replica_read_only: true }))).toEqual([]);
  });

  it("holds the variables that are written, and never read_only", () => {
    const own = { semi_sync: "after_sync", binlog_format: "mixed", max_connections: 1200, long_query_time: "500ms" };
    expect(files(signals(own))).toEqual([
      {
        path: "/etc/mysql/mariadb.conf.d/90-stackwright.cnf",
        content: [
          "[mysqld]",
          "binlog_format = MIXED",
          "max_connections = 1200",
          "long_query_time = 0.5",
          "rpl_semi_sync_master_enabled = ON",
          "rpl_semi_sync_slave_enabled = ON",
          "rpl_semi_sync_master_wait_point = AFTER_SYNC",
          "",
        ].join("\n"),
      },
    ]);
  });

  it("loads the plugins of MySQL, which call the primary a source", () => {
    const [file] = files(signals({ distribution: "mysql", semi_sync: "off" }));
    expect(file?.path).toBe("/etc/mysql/mysql.conf.d/zz-stackwright.cnf");
    expect(file?.content).toContain("plugin_load_add = rpl_semi_sync_source=semisync_source.so\n");
    expect(file?.content).toContain("rpl_semi_sync_source_enabled = OFF\n");
    expect(file?.content).not.toContain("wait_point");
  });
});

describe("the logs of mysql", () => {
  it("begin an error record at its time, in the forms of MariaDB and MySQL", () => {
    const begins = new RegExp(errorRecord);
    expect(begins.test("2026-11-21 11:53:12 5 [Note] Semi-sync replication switched OFF.")).toBe(true);
    expect(begins.test("2026-11-21  1:53:12 0 [ERROR] mysqld got signal 11 ;")).toBe(true);
    expect(begins.test("2026-11-21T11:53:12.123456Z 0 [System] [MY-010931] [Server] ready for connections.")).toBe(
      true,
    );
    expect(begins.test("Version: '10.11.19-MariaDB'  socket: '/run/mysqld/mysqld.sock'  port: 3306")).toBe(false);
  });

  it("make one record of each slow query, with or without a line for the time", () => {
    const log = [
      "# Time: 261121 11:54:24",
      "# User@Host: root[root] @ localhost []",
      "# Query_time: 0.200178  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 0",
      "SET timestamp=1795262064;",
      "select sleep(0.2);",
      "# User@Host: shop[shop] @ app1 [192.0.2.21]",
      "# Query_time: 0.700000  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 9",
      "SET timestamp=1795262064;",
      "select 2;",
    ];
    expect(log.filter((line) => new RegExp(slowRecord).test(line))).toHaveLength(2);
  });
});

describe("the metrics of mysql", () => {
  it("are named once each", () => {
    const [endpoint] = signals({}).jobs.filter(({ kind }) => kind === "mysql");
    const names = endpoint?.endpoint.metrics.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(1000);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
