import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metrics as declared } from "../../src/catalog/keepalived/metrics.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { startNginx } from "./lab/servers/nginx.ts";
import { buildText, installHost, machinesOf } from "./lab/stack.ts";
import { eventually } from "./lab/waiting.ts";
import { describeInLab } from "./tool.ts";

const vip = "192.0.2.100";
const textfile = "/var/lib/prometheus/node-exporter/keepalived.prom";
const checkPath = "/etc/keepalived/check-edge";

const healthServer = "server { listen 127.0.0.1:9742; location = /health { return 200 ok; } }";

/** One series of an exposition: its labels, and its value. */
interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

describeInLab(["keepalived", "nginx", "prometheus-node-exporter"], "keepalived as it is generated", () => {
  let lab: Lab;
  let lb1: Machine;
  let lb2: Machine;

  beforeAll(async () => {
    const result = buildText(readFileSync("examples/ha-pair.yaml", "utf8"));
    lab = await startLab(machinesOf(result, ["lb1", "lb2"]));
    [lb1, lb2] = [lab.machine("lb1"), lab.machine("lb2")];
    for (const machine of [lb1, lb2]) {
      installHost(machine, result);
      await machine.run("mkdir", ["-p", "/run/stackwright/track", "/run/keepalived"]);
      machine.start("prometheus-node-exporter", [
        "--web.listen-address=127.0.0.1:9100",
        "--collector.disable-defaults",
        "--collector.textfile",
        "--collector.textfile.directory=/var/lib/prometheus/node-exporter",
      ]);
    }
  });
  afterAll(() => lab?.clear());

  const start = (machine: Machine): (() => Promise<void>) =>
    machine.start("keepalived", ["--dont-fork", "--log-console", "--log-detail"], { TMPDIR: "/run/keepalived" });

  /** What the node exporter says after the textfile was written anew. */
  async function expositionOf(machine: Machine): Promise<string> {
    await machine.run("sh", ["/etc/keepalived/write-metrics", textfile]);
    const { status, text } = await machine.ask("http://127.0.0.1:9100/metrics?collect[]=textfile");
    expect([status, text]).toEqual([200, expect.stringContaining("node_textfile_scrape_error 0")]);
    return text;
  }

  async function numberOf(machine: Machine, name: string): Promise<number | undefined> {
    return seriesOf(await expositionOf(machine)).find((series) => series.name === name)?.value;
  }

  /** Waits until a metric of a machine has a value. */
  function becomes(machine: Machine, name: string, value: number): Promise<void> {
    return eventually(async () => expect([name, await numberOf(machine, name)]).toEqual([name, value]), 25);
  }

  /** Kills the daemon and its VRRP process at once, as a crash that leaves everything behind. */
  function crash(machine: Machine): void {
    for (const name of ["vrrp.pid", "keepalived.pid"])
      process.kill(Number(readFileSync(join(machine.root, "run", name), "utf8")), "SIGKILL");
  }

  const held = async (machine: Machine): Promise<boolean> =>
    (await machine.run("ip", ["-o", "address", "show", "to", vip])) !== "";

  it("says before the daemon runs that it is down, and what is certain all the same", async () => {
    const series = seriesOf(await expositionOf(lb1));
    const found = Object.fromEntries(series.filter(isOurs).map(({ name, value }) => [name, value]));
    const now = found["keepalived_textfile_timestamp_seconds"];
    expect(found).toEqual({
      keepalived_up: 0,
      keepalived_vip_held: 0,
      keepalived_vrrp_base_priority: 254,
      keepalived_vrrp_preempt: 0,
      keepalived_textfile_timestamp_seconds: now,
    });
    expect(Math.abs(Date.now() / 1000 - (now ?? 0))).toBeLessThan(300);
  });

  it("does not take the address where the service does not answer, although nobody else has it", async () => {
    start(lb1);
    await becomes(lb1, "keepalived_up", 1);
    await becomes(lb1, "keepalived_vrrp_state", 3);
    expect(await numberOf(lb1, "keepalived_script_status")).toBe(0);
    expect(await held(lb1)).toBe(false);
  });

  it("takes it when the service answers", async () => {
    await startNginx(lb1, [healthServer]);
    await becomes(lb1, "keepalived_vrrp_state", 2);
    expect(await numberOf(lb1, "keepalived_vip_held")).toBe(1);
    expect(await held(lb1)).toBe(true);
  });

  it("has every declared metric with its type and labels in what the node exporter gives, and no other", async () => {
    const text = await expositionOf(lb1);
    const series = seriesOf(text).filter(isOurs);
    expect([...new Set(series.map(({ name }) => name))].sort()).toEqual(declared.map(({ name }) => name).sort());
    for (const { name, type, labels } of declared) {
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
      for (const each of series.filter((one) => one.name === name))
        expect([name, Object.keys(each.labels).sort()]).toEqual([name, Object.keys(labels).sort()]);
    }
    expect(series.find(({ name }) => name === "keepalived_vrrp_state")?.labels).toEqual({
      vip: "front",
      vip_service: "edge",
      iname: "front",
      intf: "eth0",
      vrid: "61",
      ip_address: vip,
    });
    expect(series.find(({ name }) => name === "keepalived_script_status")?.labels).toEqual({ name: "check_edge" });
  });

  it("is backup on the other member, which hears the adverts, also with a /tmp of its own", async () => {
    await startNginx(lb2, [healthServer]);
    // Each process of a machine has its mounts for itself.
    const daemon = "mount -t tmpfs tmpfs /tmp && exec keepalived --dont-fork --log-console";
    const stop = lb2.start("sh", ["-c", daemon]);
    await becomes(lb2, "keepalived_vrrp_state", 1);
    const before = (await numberOf(lb2, "keepalived_advertisements_received_total")) ?? 0;
    await eventually(async () =>
      expect(await numberOf(lb2, "keepalived_advertisements_received_total")).toBeGreaterThan(before),
    );
    expect(await numberOf(lb2, "keepalived_up")).toBe(1);
    expect([await held(lb1), await held(lb2)]).toEqual([true, false]);
    await stop();
    await eventually(() => expect(() => readFileSync(join(lb2.root, "run/keepalived.pid"))).toThrow());
    start(lb2);
    await becomes(lb2, "keepalived_vrrp_state", 1);
  });

  it("takes a new config at a reload, and keeps the old one where the new one is wrong", async () => {
    const file = join(lb2.root, "etc/keepalived/keepalived.conf");
    const config = readFileSync(file, "utf8");
    const reload = (content: string): void => {
      writeFileSync(file, content);
      process.kill(Number(readFileSync(join(lb2.root, "run/keepalived.pid"), "utf8")), "SIGHUP");
    };
    const refusals = (): number => lb2.logs().join("\n").split("config failed validation").length - 1;
    const isRefused = async (content: string): Promise<void> => {
      const before = refusals();
      reload(content);
      await eventually(() => expect(refusals()).toBe(before + 1));
      expect(await numberOf(lb2, "keepalived_vrrp_effective_priority")).toBe(200);
    };
    reload(config.replace("priority 253", "priority 200"));
    await becomes(lb2, "keepalived_vrrp_effective_priority", 200);
    await isRefused(config.replace("priority 253", "priority 150").replace("state BACKUP", "sate BACKUP"));
    await isRefused(config.replace("priority 253", "priority 100").replace("state BACKUP", "state MASTER"));
    chmodSync(join(lb2.root, checkPath), 0o777);
    await isRefused(config.replace("priority 253", "priority 90"));
    chmodSync(join(lb2.root, checkPath), 0o755);
    reload(config);
    await becomes(lb2, "keepalived_vrrp_effective_priority", 253);
    expect([await held(lb1), await held(lb2)]).toEqual([true, false]);
  });

  it("gives the address away as soon as the track file says that the service has stopped", async () => {
    await lb1.run("sh", ["-c", "echo -254 >/run/stackwright/track/edge"]);
    await becomes(lb1, "keepalived_vrrp_state", 3);
    await becomes(lb2, "keepalived_vip_held", 1);
    expect(await held(lb1)).toBe(false);
    await lb1.run("sh", ["-c", "echo 0 >/run/stackwright/track/edge"]);
    // nopreempt: it stays where it is.
    await becomes(lb1, "keepalived_vrrp_state", 1);
    expect([await held(lb1), await held(lb2)]).toEqual([false, true]);
  });

  it("gives it away where the check hangs", async () => {
    const whole = readFileSync(join(lb2.root, checkPath), "utf8");
    lb2.install(checkPath, "#!/bin/sh\nsleep 60\n", 0o755);
    await becomes(lb1, "keepalived_vip_held", 1);
    expect(await numberOf(lb2, "keepalived_script_status")).toBe(0);
    lb2.install(checkPath, whole, 0o755);
    await becomes(lb2, "keepalived_script_status", 1);
  });

  it("leaves its address behind when it is killed; the release takes it away, and only then", async () => {
    const release = (): Promise<string> => lb1.run("sh", ["/etc/keepalived/release-addresses"]);
    expect(await release()).toContain("still runs");
    expect(await held(lb1)).toBe(true);
    crash(lb1);
    await becomes(lb2, "keepalived_vip_held", 1);
    expect(await held(lb1)).toBe(true);
    await becomes(lb1, "keepalived_up", 0);
    expect(await numberOf(lb1, "keepalived_vip_held")).toBe(1);
    expect(await numberOf(lb1, "keepalived_vrrp_state")).toBeUndefined();
    expect(await release()).toContain(`released ${vip} of virtual IP front`);
    expect([await held(lb1), await held(lb2)]).toEqual([false, true]);
    expect(() => readFileSync(join(lb1.root, "run/keepalived.pid"))).toThrow("ENOENT");
    expect(await release()).toBe("");
    start(lb1);
    await becomes(lb1, "keepalived_vrrp_state", 1);
  });

  it("writes a whole file or none, and leaves nothing beside it", async () => {
    const folder = join(lb1.root, "var/lib/prometheus/node-exporter");
    rmSync(join(folder, "keepalived.prom"));
    await expositionOf(lb1);
    const names = (await lb1.run("ls", ["-A", "/var/lib/prometheus/node-exporter", "/tmp"])).split("\n");
    expect(names.filter((name) => /keepalived|tmp\./.test(name))).toEqual(["keepalived.prom"]);
    expect((await lb1.run("stat", ["-c", "%a %U", textfile])).trim()).toBe("644 root");
    await expect(lb1.run("sh", ["/etc/keepalived/write-metrics", "/no/such/folder/k.prom"])).rejects.toThrow();
  });
});

function isOurs({ name }: Series): boolean {
  return name.startsWith("keepalived_");
}

function seriesOf(text: string): readonly Series[] {
  return text.split("\n").flatMap((line): readonly Series[] => {
    const [, name, labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", text = ""]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}
