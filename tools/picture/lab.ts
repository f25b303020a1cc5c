import { setTimeout as sleep } from "node:timers/promises";
import type { BuildResult } from "../../src/pipeline/build.ts";
import type { Lab } from "../../test/real/lab/lab.ts";
import { answers } from "../../test/real/lab/monitoring.ts";
import { startNginx, statusServer } from "../../test/real/lab/servers/nginx.ts";
import { installHost, startUnit } from "../../test/real/lab/stack.ts";

export const hosts = ["app1", "app2", "lb1", "mon1"];

/** The host that is drawn: machines of a lab share one kernel, so that most lines of several would be one. */
export const drawn = "app1";

/** A corner of Meishi that is watched every second. */
export const inventory = `
version: 1
platform: meishi
environment: lab
segments: { backend: { cidr: 203.0.113.0/24, interface: eth1 } }
hosts:
  lb1: { address: 203.0.113.11, segment: backend, labels: { rack: r1 } }
  app1: { address: 203.0.113.21, segment: backend, labels: { rack: r1 } }
  app2: { address: 203.0.113.22, segment: backend, labels: { rack: r2 } }
  mon1: { address: 203.0.113.71, segment: backend, labels: { rack: r1 } }
services:
  pages: { kind: nginx, hosts: [app1, app2], port: 8080 }
  metrics:
    kind: prometheus
    hosts: [mon1]
    accept: { single-point-of-failure: it lives for a few minutes }
scrape: { interval: 1s, timeout: 1s }
`;

/** Starts the exporters and the servers that give them something to show. */
export async function startAll(lab: Lab, result: BuildResult): Promise<void> {
  for (const name of hosts) installHost(lab.machine(name), result);
  for (const name of hosts) if (name !== drawn) startUnit(lab.machine(name), "prometheus-node-exporter");
  for (const name of ["app1", "app2"]) {
    const machine = lab.machine(name);
    await startNginx(machine, [statusServer(9742), `server { listen 8080; root ${machine.path("pages")}; }`]);
    machine.install(machine.path("pages/menu"), "dumplings, noodles, soup\n".repeat(8_000));
    await answers(machine, "http://127.0.0.1:9742/stub_status");
    startUnit(machine, "prometheus-nginx-exporter");
  }
  startUnit(lab.machine("mon1"), "prometheus");
  await answers(lab.machine("mon1"), `http://${lab.machine("mon1").address}:9090/-/ready`);
}

/** Work for some seconds: pages are asked for in waves, a disk is written, and the exporter is away for a while. */
export async function work(lab: Lab, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1000;
  const machine = lab.machine(drawn);
  const repeat = async (once: (count: number) => Promise<unknown>): Promise<void> => {
    for (let count = 0; Date.now() < until; count++) await once(count);
  };
  const pause = (ms: number): Promise<void> => sleep(Math.max(0, Math.min(ms, until - Date.now())));
  const wave = (bends: number): number => Math.abs(Math.sin(((until - Date.now()) / (seconds * 1000)) * bends));
  await Promise.all([
    repeat(async () => {
      await lab.machine("lb1").ask(`http://${machine.address}:8080/menu`);
      await pause(30 + 170 * wave(7));
    }),
    repeat(async () => {
      await machine.run("dd", "if=/dev/zero of=/work/block bs=1M count=96 conv=fsync".split(" "));
      await pause(9_000);
    }),
    repeat(async () => {
      await machine.ask(`http://${lab.machine("app2").address}:8080/menu`);
      await pause(150 + 350 * wave(5));
    }),
    repeat(async () => {
      await machine.run("sh", ["-c", "timeout 14 gzip -9 < /dev/urandom > /dev/null; true"]);
      await pause(19_000);
    }),
    (async () => {
      const start = (): (() => Promise<void>) => startUnit(machine, "prometheus-node-exporter");
      const stop = start();
      await sleep(seconds * 620);
      await stop();
      await sleep(seconds * 40);
      start();
    })(),
  ]);
}
