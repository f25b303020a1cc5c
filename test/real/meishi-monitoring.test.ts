import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { load } from "../../src/cli/load.ts";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { alertsAt, api, notifications, query } from "./lab/monitoring.ts";
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
      startUnit(machine, result, "prometheus-alertmanager");
      startUnit(machine, result, "prometheus-node-exporter");
    }
    for (const machine of pair) {
      startUnit(machine, result, "prometheus-blackbox-exporter");
      startUnit(machine, result, "prometheus");
    }
    await eventually(() => Promise.all(trio.map((machine) => answers(machine, 9093))), 15);
    await postAll(trio, alertsOfDeadHost(result.signals, "db1"));
    postedAt = Date.now();
    await eventually(() => Promise.all(pair.map((machine) => answers(machine, 9090))), 15);
  });

  afterAll(() => lab?.clear());

  it("is told of a dead host once, by each channel of its receiver, by one of the three Alertmanagers", async () => {
    await sleep(postedAt + groupWaitMs + peersWaitMs + 3_000 - Date.now());
    console.log(lab.logs());
    console.log(JSON.stringify(await notifications([...trio, lab.machine("outside")]), null, 1));
  });
});

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

async function answers(machine: Machine, port: number): Promise<void> {
  const { status, text } = await machine.ask(`http://${machine.address}:${port}/-/ready`);
  if (status !== 200) throw new Error(`${machine.name}:${port} is not ready: ${text}`);
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
