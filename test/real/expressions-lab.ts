import type { BuildResult } from "../../src/pipeline/build.ts";
import type { Lab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { answers } from "./lab/monitoring.ts";
import { makeCertificate } from "./lab/servers/certificate.ts";
import { exporterPassword, follow, startMariadb, useMariadb } from "./lab/servers/mariadb.ts";
import { startNginx, statusServer } from "./lab/servers/nginx.ts";
import { linked, startRedis, useRedis } from "./lab/servers/redis.ts";
import { installHost, startUnit } from "./lab/stack.ts";

export const needed = [
  ...["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "prometheus-blackbox-exporter"],
  ...["prometheus-redis-exporter", "prometheus-nginx-exporter", "prometheus-mysqld-exporter"],
  ...["redis-server", "nginx", "mariadbd"],
];

/** Every kind whose exporter can be had as a Debian package, in pairs. */
export const inventory = `
version: 1
platform: lab
segments: { backend: { cidr: 203.0.113.0/24, interface: eth1 } }
hosts:
  db1: { address: 203.0.113.31, segment: backend, labels: { rack: r1 } }
  db2: { address: 203.0.113.32, segment: backend, labels: { rack: r2 } }
  mon1: { address: 203.0.113.71, segment: backend, labels: { rack: r1 } }
  mon2: { address: 203.0.113.72, segment: backend, labels: { rack: r2 } }
services:
  store:
    kind: mysql
    hosts: { db1: { role: primary }, db2: { role: replica } }
    mysql:
      semi_sync: after_sync
      exporter: { user: exporter, password: { env: MYSQL_EXPORTER_PASSWORD }, heartbeat: {} }
  cache: { kind: redis, hosts: { db1: { role: primary }, db2: { role: replica } } }
  pages: { kind: nginx, hosts: [db1, db2], port: 8080, health: { path: / } }
  metrics: { kind: prometheus, hosts: [mon1, mon2] }
  paging: { kind: alertmanager, hosts: [mon1, mon2] }
  probes:
    kind: blackbox
    hosts: [mon1, mon2]
    blackbox: { targets: [{ module: https_any, url: "https://203.0.113.31:8443/" }] }
scrape: { interval: 1s, timeout: 1s }
alerting:
  service: paging
  watchdog: pager
  receivers: { pager: { webhook: { url: "http://203.0.113.71:8080/pager" } } }
  routes: { default: pager, by_severity: { critical: [pager], warning: [pager], info: [pager] } }
`;

/** Starts all that the inventory names. */
export async function startEverything(lab: Lab, result: BuildResult): Promise<void> {
  const [db1, db2] = [lab.machine("db1"), lab.machine("db2")];
  const watchers = [lab.machine("mon1"), lab.machine("mon2")];
  for (const machine of [db1, db2, ...watchers]) {
    installHost(machine, result);
    machine.install("/var/lib/prometheus/node-exporter/lab.prom", "# TYPE lab_example gauge\nlab_example 1\n");
    startUnit(machine, "prometheus-node-exporter");
  }
  await lab.machine("mon1").takeRequests([{ host: "0.0.0.0", port: 8080 }]);
  await Promise.all([startDatabases(db1, db2), startCaches(db1, db2)]);
  for (const machine of [db1, db2]) await startPages(machine);
  for (const machine of watchers) {
    for (const unit of ["prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus"])
      startUnit(machine, unit);
  }
  await tellSomething(lab.machine("mon1"));
}

/** Prometheus drops what fires before it knows its Alertmanagers, and sends it again a minute later: this is sooner. */
async function tellSomething(member: Machine): Promise<void> {
  await answers(member, "http://127.0.0.1:9093/-/ready");
  const body = JSON.stringify([{ labels: { alertname: "Watchdog", severity: "none" } }]);
  await member.ask("http://127.0.0.1:9093/api/v2/alerts", { method: "POST", body });
}

async function startDatabases(primary: Machine, replica: Machine): Promise<void> {
  const start = (machine: Machine, id: number): Promise<void> =>
    startMariadb(machine, {
      name: "store",
      id,
      port: 3306,
      defaults: "/etc/mysql/mariadb.conf.d/90-stackwright.cnf",
      options: ["--bind-address=0.0.0.0"],
    });
  await Promise.all([start(primary, 1), start(replica, 2)]);
  await follow(replica, "store", { host: primary.address, port: 3306 });
  await useMariadb(primary, "store");
  for (const machine of [primary, replica]) {
    machine.install("/etc/stackwright/secrets/services.store.mysql.exporter.password", `${exporterPassword}\n`, 0o600);
    startUnit(machine, "prometheus-mysqld-exporter");
  }
}

async function startCaches(primary: Machine, replica: Machine): Promise<void> {
  const open = ["--bind", "0.0.0.0", "--protected-mode", "no", "--maxmemory", "64mb"];
  startRedis(primary, 6379, open);
  startRedis(replica, 6379, [...open, "--replicaof", primary.address, "6379"]);
  await useRedis(primary, 6379);
  await linked(replica, 6379);
  for (const machine of [primary, replica]) startUnit(machine, "prometheus-redis-exporter");
}

async function startPages(machine: Machine): Promise<void> {
  const { certificate, key } = await makeCertificate(machine, `${machine.name}.example`);
  const secure = `server { listen 8443 ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}; return 200; }`;
  await startNginx(machine, [statusServer(9742), "server { listen 8080; return 200; }", secure]);
  // It ends where it finds no nginx.
  await answers(machine, "http://127.0.0.1:9742/stub_status");
  startUnit(machine, "prometheus-nginx-exporter");
}
