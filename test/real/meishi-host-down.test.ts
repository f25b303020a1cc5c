import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { alertsAt, answers, notifications, query } from "./lab/monitoring.ts";
import { startNginx, statusServer } from "./lab/servers/nginx.ts";
import { linked, startRedis } from "./lab/servers/redis.ts";
import { buildText, installHost, machinesOf, startUnit } from "./lab/stack.ts";
import { describeInLab } from "./tool.ts";

/** A corner of Meishi in which every target is really there, and all is watched every second. */
const inventory = `
version: 1
platform: meishi
segments: { backend: { cidr: 203.0.113.0/24, interface: eth1 } }
hosts:
  db1: { address: 203.0.113.31, segment: backend, labels: { rack: r1 } }
  db2: { address: 203.0.113.32, segment: backend, labels: { rack: r2 } }
  mon1: { address: 203.0.113.71, segment: backend, labels: { rack: r1 } }
  mon2: { address: 203.0.113.72, segment: backend, labels: { rack: r2 } }
services:
  cache: { kind: redis, hosts: { db1: { role: replica }, db2: { role: primary } } }
  pages: { kind: nginx, hosts: [db1, db2], port: 8080, health: { path: / } }
  metrics: { kind: prometheus, hosts: [mon1, mon2] }
  paging: { kind: alertmanager, hosts: [mon1, mon2] }
  probes: { kind: blackbox, hosts: [mon1, mon2] }
scrape: { interval: 1s, timeout: 1s }
alerting:
  service: paging
  receivers: { pager: { webhook: { url: "http://203.0.113.250:8080/pager" } } }
  routes: { default: pager, by_severity: { critical: [pager], warning: [pager], info: [pager] } }
  thresholds:
    HostDown: { for: 4s }
    # All that the death of one host causes, as loud and as soon as can be: before HostDown, told after 30 s as it is.
    NodeExporterDown: { for: 1s, severity: critical }
    RedisExporterDown: { for: 1s, severity: critical }
    NginxExporterDown: { for: 1s, severity: critical }
    ProbeFailed: { for: 1s, severity: critical }
    # About whole services, so that no host can hide them: they must not count what is known to be down.
    TargetsMissing: { for: 1s, severity: critical }
    ProbesMissing: { for: 1s, severity: critical }
`;

const caused = ["HostDown", "NginxExporterDown", "NodeExporterDown", "ProbeFailed", "RedisExporterDown"];
/** The alerts that are watched; just started, Redis says so by one of its own. */
const alertsOfHost = `ALERTS{host="db1",alertname=~"${caused.join("|")}"}`;
const groupWaitMs = 30_000;
/** The second of two Alertmanagers waits this long for word of the first. */
const peersWaitMs = 15_000;

const needed = [
  ...["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "prometheus-blackbox-exporter"],
  ...["prometheus-redis-exporter", "prometheus-nginx-exporter", "redis-server", "nginx"],
];

describeInLab(needed, "the death of a host that runs much", () => {
  let lab: Lab;
  let result: BuildResult;
  let pair: readonly Machine[] = [];
  let diedAt = 0;

  beforeAll(async () => {
    result = buildText(inventory);
    const plans = machinesOf(result, ["db1", "db2", "mon1", "mon2"]);
    lab = await startLab([...plans, { name: "outside", address: "203.0.113.250", prefix: 24, interface: "eth0" }]);
    await lab.machine("outside").takeRequests([{ host: "0.0.0.0", port: 8080 }]);
    pair = [lab.machine("mon1"), lab.machine("mon2")];
    const stores = [lab.machine("db1"), lab.machine("db2")];
    for (const machine of [...stores, ...pair]) {
      installHost(machine, result);
      startUnit(machine, "prometheus-node-exporter");
    }
    for (const machine of stores) {
      const follower = machine.name === "db1" ? ["--replicaof", lab.machine("db2").address, "6379"] : [];
      startRedis(machine, 6379, ["--bind", "0.0.0.0", "--protected-mode", "no", ...follower]);
      await startNginx(machine, [statusServer(9742), "server { listen 8080; return 200; }"]);
      startUnit(machine, "prometheus-redis-exporter");
      // It ends where it finds no nginx.
      await answers(machine, "http://127.0.0.1:9742/stub_status");
      startUnit(machine, "prometheus-nginx-exporter");
    }
    await linked(lab.machine("db1"), 6379);
    for (const machine of pair)
      for (const unit of ["prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus"])
        startUnit(machine, unit);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(() => lab?.clear());

  it("begins with every target up, every probe answered, and no alert about the host", async () => {
    const { jobs, probes } = result.signals;
    const targets = jobs.reduce((sum, job) => sum + job.targets.length, 0) + probes.length * pair.length;
    for (const machine of pair) {
      await expect.poll(() => count(machine, "up == 1"), patience).toBe(targets);
      await expect.poll(() => count(machine, "probe_success == 0"), patience).toBe(0);
      await expect.poll(() => count(machine, alertsOfHost), patience).toBe(0);
    }
  });

  it("makes many alerts fire on both Prometheis", async () => {
    await lab.machine("db1").fail();
    diedAt = Date.now();
    for (const machine of pair) {
      const firing = `${alertsOfHost} and on (alertname) ALERTS{alertstate="firing"}`;
      await expect
        .poll(async () => names(await query(machine, `count by (alertname) (${firing})`)), patience)
        .toEqual(caused);
      // The host, three exporters, and the ping, Redis and the page as the probers see them.
      expect(await count(machine, firing)).toBe(7);
    }
  });

  it("leaves only HostDown in sight on both Alertmanagers", async () => {
    for (const machine of pair) {
      const about = async (kind: "told" | "hidden"): Promise<readonly string[]> =>
        [...new Set((await alertsAt(machine))[kind].filter(({ host }) => host === "db1").map(nameOf))].toSorted();
      await expect.poll(() => about("told"), patience).toEqual(["HostDown"]);
      await expect
        .poll(() => about("hidden"), patience)
        .toEqual(expect.arrayContaining(caused.filter((name) => name !== "HostDown")));
    }
  });

  it("comes to the pager as one notification of one alert", async () => {
    await sleep(Math.max(0, diedAt + 10_000 + groupWaitMs + peersWaitMs - Date.now()));
    const told = await notifications([lab.machine("outside")]);
    const about = told.filter(({ alerts }) => alerts.some(({ host }) => host === "db1"));
    expect(about.map(({ alerts }) => alerts.map(({ alertname, host }) => `${alertname} ${host}`))).toEqual([
      ["HostDown db1"],
    ]);
    const names = told.flatMap(({ alerts }) => alerts.map(nameOf));
    expect(names.filter((name) => ["TargetsMissing", "ProbesMissing"].includes(name))).toEqual([]);
  });
});

const patience = { timeout: 30_000, interval: 250 };

async function count(machine: Machine, expr: string): Promise<number> {
  return (await query(machine, expr)).length;
}

function names(samples: Awaited<ReturnType<typeof query>>): readonly string[] {
  return samples.map(({ labels }) => nameOf(labels)).toSorted();
}

function nameOf(labels: Readonly<Record<string, string>>): string {
  return labels["alertname"] ?? "";
}
