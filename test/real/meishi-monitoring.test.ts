import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { load } from "../../src/cli/load.ts";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import {
  alertsAt,
  answers,
  api,
  evaluatedRules,
  notifications,
  ownCounters,
  query,
  type Sample,
  startSending,
} from "./lab/monitoring.ts";
import { makeCertificate } from "./lab/servers/certificate.ts";
import { installHost, machinesOf, startUnit } from "./lab/stack.ts";
import { eventually } from "./lab/waiting.ts";
import { alertsOfDeadHost } from "./meishi-dead-host.ts";
import { describeInLab } from "./tool.ts";

const needed = ["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "prometheus-blackbox-exporter"];
/** The last of three Alertmanagers waits this long after the first, for word that it has told already. */
const groupWaitMs = 30_000;
const peersWaitMs = 2 * 15_000;

describeInLab([...needed, "openssl"], "the monitoring of Meishi from its generated files", () => {
  let lab: Lab;
  let result: BuildResult;
  let pair: readonly Machine[] = [];
  let trio: readonly Machine[] = [];
  let postedAt = 0;

  beforeAll(async () => {
    const loaded = await load("examples/meishi.yaml");
    if (loaded.result === undefined) throw new Error("the inventory has problems");
    result = loaded.result;
    const plans = machinesOf(result, ["mon1", "mon2", "mon3"]);
    lab = await startLab([...plans, { name: "outside", address: "203.0.113.250", prefix: 24, interface: "eth0" }]);
    trio = ["mon1", "mon2", "mon3"].map((name) => lab.machine(name));
    pair = trio.slice(0, 2);
    await startTickets(lab.machine("outside"), trio);
    await Promise.all(trio.map((machine) => machine.takeRequests([{ host: "127.0.0.1", port: 9740 }])));
    for (const machine of trio) {
      installHost(machine, result);
      startUnit(machine, "prometheus-alertmanager");
      startUnit(machine, "prometheus-node-exporter");
    }
    for (const machine of pair) startUnit(machine, "prometheus-blackbox-exporter");
    await Promise.all(trio.map((machine) => answers(machine, "http://127.0.0.1:9093/-/ready")));
    await postAll(trio, alertsOfDeadHost(result.signals, "db1"));
    postedAt = Date.now();
    await Promise.all(pair.map((machine) => startSending(machine, () => startUnit(machine, "prometheus"))));
    await Promise.all(pair.map((machine) => answers(machine, `http://${machine.address}:9090/-/ready`)));
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(() => lab?.clear());

  it("loads every config, and evaluates every rule without an error", async () => {
    for (const machine of pair) {
      const rules = await eventually(() => evaluatedRules(machine), 40);
      expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
      const records = new Set(result.signals.records.map(({ record }) => record));
      expect(rules.length).toBeGreaterThanOrEqual(result.signals.alerts.length + records.size);
    }
  });

  it("has two Prometheis that scrape each other, all Alertmanagers, probers and hosts that are there", async () => {
    const expected = [
      ...["alertmanager mon1:9093", "alertmanager mon2:9093", "alertmanager mon3:9093"],
      ...["blackbox mon1:9115", "blackbox mon2:9115", "node mon1:9100", "node mon2:9100", "node mon3:9100"],
      ...["prometheus mon1:9090", "prometheus mon2:9090"],
    ];
    for (const machine of pair) {
      await expect
        .poll(async () => names(await query(machine, 'up{job!~"blackbox-.*"} == 1'), "job", "instance"), patience)
        .toEqual(expected);
      await expect
        .poll(
          async () =>
            names(await query(machine, 'probe_success{job="blackbox-icmp",host=~"mon."} == 1'), "host", "prober"),
          patience,
        )
        .toEqual(["mon1 mon1", "mon1 mon2", "mon2 mon1", "mon2 mon2", "mon3 mon1", "mon3 mon2"]);
    }
  });

  it("has both Prometheis send to all three Alertmanagers, which are one cluster", async () => {
    for (const machine of pair) {
      const { data } = await api(machine, 9090, "/api/v1/alertmanagers", discovered);
      expect(data.activeAlertmanagers.map(({ url }) => new URL(url).host)).toEqual(
        trio.map(({ address }) => `${address}:9093`),
      );
      expect(data.droppedAlertmanagers).toEqual([]);
      const sent = (): Promise<readonly number[]> => ownCounters(machine, "prometheus_notifications_sent_total");
      await expect.poll(async () => (await sent()).filter((count) => count > 0).length, patience).toBe(3);
      const errors = await ownCounters(machine, "prometheus_notifications_errors_total");
      expect(errors).toEqual([0, 0, 0]);
    }
    for (const member of trio) {
      const { cluster } = await api(member, 9093, "/api/v2/status", clusterStatus);
      expect(cluster.status).toBe("ready");
      expect(cluster.peers.map(({ address }) => address).toSorted()).toEqual(
        trio.map(({ address }) => `${address}:9094`),
      );
    }
  });

  it("tells the dead man's switch once of the Watchdog that both Prometheis send", async () => {
    await expect.poll(() => told("/notify/deadman"), patience).toEqual([["Watchdog"]]);
  });

  it("hides all that a dead host would say behind HostDown, on each Alertmanager", async () => {
    const said = alertsOfDeadHost(result.signals, "db1");
    expect(said.length).toBeGreaterThan(20);
    for (const member of trio) {
      const { told, hidden } = await alertsAt(member);
      expect(told.filter(({ host }) => host === "db1").map(({ alertname }) => alertname)).toEqual(["HostDown"]);
      expect(hidden.filter(({ host }) => host === "db1")).toHaveLength(said.length - 1);
    }
  });

  it("tells of the dead host once on each channel of its receiver, by one of the three Alertmanagers", async () => {
    await sleep(Math.max(0, postedAt + groupWaitMs + peersWaitMs + 3_000 - Date.now()));
    expect(await told("/notify/oncall", "db1")).toEqual([["HostDown"]]);
    expect(await told("/hooks/alertmanager", "db1")).toEqual([["HostDown"]]);
  });

  /** Names of the alerts of each notification that came to a path, over all machines; about one host if it is named. */
  async function told(path: string, host?: string): Promise<readonly (readonly (string | undefined)[])[]> {
    const all = await notifications([...trio, lab.machine("outside")]);
    return all
      .filter((each) => each.path === path)
      .filter(({ alerts }) => host === undefined || alerts.some((labels) => labels["host"] === host))
      .map(({ alerts }) => alerts.map(({ alertname }) => alertname));
  }
});

const patience = { timeout: 40_000, interval: 500 };
const discovered = z.object({
  data: z.object({
    activeAlertmanagers: z.array(z.object({ url: z.string() })),
    droppedAlertmanagers: z.array(z.unknown()),
  }),
});
const clusterStatus = z.object({
  cluster: z.object({ status: z.string(), peers: z.array(z.object({ address: z.string() })) }),
});

function names(samples: readonly Sample[], ...labels: readonly string[]): readonly string[] {
  return samples.map((sample) => labels.map((label) => sample.labels[label]).join(" ")).toSorted();
}

/** The ticket system outside, whose certificate the members trust and whose name they know. */
async function startTickets(outside: Machine, clients: readonly Machine[]): Promise<void> {
  const { certificate, key } = await makeCertificate(outside, "tickets.meishi.example");
  for (const client of clients) {
    client.install("/etc/hosts", `127.0.0.1 localhost\n${outside.address} tickets.meishi.example\n`);
    client.install("/etc/ssl/certs/ca-certificates.crt", readFileSync(join(outside.root, certificate), "utf8"));
  }
  const files = { key: join(outside.root, key), certificate: join(outside.root, certificate) };
  await outside.takeRequests([{ host: outside.address, port: 443, ...files }]);
}

/** Sends alerts to every Alertmanager, as each server of the pair does. */
async function postAll(
  members: readonly Machine[],
  alerts: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const body = JSON.stringify(alerts.map((labels) => ({ labels })));
  for (const member of [...members, ...members]) {
    const answer = await member.ask(`http://127.0.0.1:9093/api/v2/alerts`, { method: "POST", body });
    expect(answer.status, answer.text).toBe(200);
  }
}
