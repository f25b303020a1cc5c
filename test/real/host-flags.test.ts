import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { answers } from "./lab/monitoring.ts";
import { sql, startMariadb } from "./lab/servers/mariadb.ts";
import { startNginx, statusServer } from "./lab/servers/nginx.ts";
import { startRedis } from "./lab/servers/redis.ts";
import { buildText, commandOf, installHost, machinesOf, startUnit } from "./lab/stack.ts";
import { eventually } from "./lab/waiting.ts";
import { describeInLab } from "./tool.ts";

const inventory = `
version: 1
platform: meishi
segments: { backend: { cidr: 203.0.113.0/24, interface: eth1 } }
hosts:
  db1: { address: 203.0.113.31, segment: backend }
  mon1: { address: 203.0.113.71, segment: backend }
services:
  store: { kind: mysql, hosts: [db1], mysql: { exporter: { password: { file: secrets/mysql } } } }
  cache: { kind: redis, hosts: [db1], redis: { password: { file: secrets/redis } } }
  pages: { kind: nginx, hosts: [db1], port: 8080, nginx: { status_port: 9799 } }
  metrics: { kind: prometheus, hosts: [mon1], prometheus: { retention: 35d, retention_size: 3GB } }
  paging: { kind: alertmanager, hosts: [mon1] }
  probes: { kind: blackbox, hosts: [mon1] }
alerting:
  service: paging
  receivers: { pager: { webhook: { url: "http://203.0.113.71:8080/pager" } } }
  routes: { default: pager }
`;

/** Everything that would mean something on the way: to systemd, to a shell, in a data source name. */
const password = "p@ss:w/rd$HOME%d`id`;#";

const units: Readonly<Record<string, readonly (readonly [unit: string, port: number])[]>> = {
  db1: [
    ["prometheus-node-exporter", 9100],
    ["prometheus-nginx-exporter", 9113],
    ["prometheus-mysqld-exporter", 9104],
    ["prometheus-redis-exporter", 9121],
  ],
  mon1: [
    ["prometheus-node-exporter", 9100],
    ["prometheus-blackbox-exporter", 9115],
    ["prometheus-alertmanager", 9093],
    ["prometheus", 9090],
  ],
};

const needed = [
  ...["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "prometheus-blackbox-exporter"],
  ...["prometheus-redis-exporter", "prometheus-nginx-exporter", "prometheus-mysqld-exporter"],
  ...["redis-server", "nginx", "mariadbd"],
];

describeInLab(needed, "the units and flags of a host", () => {
  let lab: Lab;
  let result: BuildResult;
  let stores: Machine;
  let watcher: Machine;

  beforeAll(async () => {
    result = buildText(inventory);
    lab = await startLab(machinesOf(result, ["db1", "mon1"]));
    [stores, watcher] = [lab.machine("db1"), lab.machine("mon1")];
    for (const machine of [stores, watcher]) installHost(machine, result);
    for (const { path, host } of result.secrets) lab.machine(host).install(path, `${password}\n`, 0o600);
    startRedis(stores, 6379, ["--bind", "127.0.0.1", "--requirepass", password]);
    await startNginx(stores, [statusServer(9799)]);
    await startMariadb(stores, { name: "store", id: 1, port: 3306, options: [] });
    await sql(stores, "store", `ALTER USER 'exporter'@'%' IDENTIFIED BY '${password}';`);
    await answers(stores, "http://127.0.0.1:9799/stub_status");
    for (const machine of [stores, watcher]) for (const [unit] of units[machine.name] ?? []) startUnit(machine, unit);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(() => lab?.clear());

  it.each(Object.entries(units))("answer on the address of %s alone, and to another machine", async (name, own) => {
    const machine = lab.machine(name);
    const other = name === "db1" ? watcher : stores;
    for (const [unit, port] of own) {
      await answers(other, `http://${machine.address}:${port}/metrics`);
      // Its tool, amtool, looks for Alertmanager on loopback.
      const there = unit === "prometheus-alertmanager" ? 200 : 0;
      expect((await machine.ask(`http://127.0.0.1:${port}/metrics`)).status, `${unit} on loopback`).toBe(there);
    }
  });

  it.each([
    ["mysql_up", 9104],
    ["redis_up", 9121],
    ["nginx_up", 9113],
  ])("%s is 1: the exporter reaches its server, with the password where one is needed", async (metric, port) => {
    await eventually(async () => {
      const { text } = await watcher.ask(`http://${stores.address}:${port}/metrics`);
      expect(text).toMatch(new RegExp(`^${metric} 1$`, "m"));
    });
  });

  it("show no password on a command line", async () => {
    const processes = await stores.run("sh", ["-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
    expect(processes).toContain("prometheus-mysqld-exporter --web.listen-address=203.0.113.31:9104");
    // Redis was given it by this test.
    expect(processes.replaceAll(/redis-server \S+ .*?--requirepass \S+/g, "").split(password)).toHaveLength(1);
  });

  it("turn on what alerts need: collectors of the node exporter, and how long Prometheus keeps samples", async () => {
    const { text } = await watcher.ask(`http://${stores.address}:9100/metrics`);
    expect(text).toContain('node_scrape_collector_success{collector="processes"}');
    expect(text).toContain('node_scrape_collector_success{collector="tcpstat"}');
    const flags = await watcher.ask(`http://${watcher.address}:9090/api/v1/status/flags`);
    expect(JSON.parse(flags.text)).toMatchObject({
      data: {
        "storage.tsdb.retention.time": "5w",
        "storage.tsdb.retention.size": "3GiB",
        "storage.tsdb.path": "/var/lib/prometheus/metrics2/",
        "enable-feature": "exemplar-storage",
      },
    });
  });

  it("end with the name of the file where a secret is not there", async () => {
    const file = "/etc/stackwright/secrets/services.cache.redis.password";
    stores.install(file, "\n", 0o600);
    const { command, environment } = commandOf(stores.root, "prometheus-redis-exporter");
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    await expect(stores.run("env", [...variables, ...command])).rejects.toThrow(
      `stackwright-with-secret: ${file} is empty`,
    );
    await stores.run("rm", [file]);
    await expect(stores.run("env", [...variables, ...command])).rejects.toThrow(`${file}: No such file`);
  });
});
