import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Asker } from "./lab/edge/asker.ts";
import type { Balancer } from "./lab/edge/balancer.ts";
import { type EdgeLab, installBalancer } from "./lab/edge/edge-lab.ts";
import { edgeInventory, edgeTools, inside, web } from "./lab/edge/inventory.ts";
import { ofVirtualIp, writtenMetrics } from "./lab/edge/metrics.ts";
import { blockTowards, unblockTowards } from "./lab/edge/network.ts";
import { answersThrough, held, onlyHolder, settled, startPair } from "./lab/edge/pair.ts";
import { strangerConfig } from "./lab/edge/stranger.ts";
import { setMulticast } from "./lab/namespaces.ts";
import { buildText } from "./lab/stack.ts";
import { eventually } from "./lab/waiting.ts";
import { describeInLab } from "./tool.ts";

const stranger = { segment: "frontend", address: "198.51.100.77", interface: "eth0" };
const config = "/etc/keepalived/keepalived.conf";

describeInLab(edgeTools, "a pair of balancers under faults", () => {
  let lab: EdgeLab;
  let lb1: Balancer;
  let lb2: Balancer;
  let toWeb: Asker;
  let toInside: Asker;

  beforeAll(async () => {
    lab = await startPair({ inventory: edgeInventory(), strangers: { stranger: [stranger] } });
    [lb1, lb2] = [lab.balancer("lb1"), lab.balancer("lb2")];
    await settled(lab);
    toWeb = lab.ask({ ...web, everyMs: 50 });
    toInside = lab.ask({ ...inside, everyMs: 50 });
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(async () => {
    await Promise.all([toWeb?.stop(), toInside?.stop()]);
    await lab?.clear();
  });

  /** How many members say by the textfile that they hold the address: what the alerts on holders count. */
  async function holdersByMetrics(): Promise<number> {
    const said = await Promise.all(
      [lb1, lb2].map(async (each) => ofVirtualIp(await writtenMetrics(each), held1, "web")),
    );
    expect(said).not.toContain(undefined);
    return said.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  }

  it("answers from the backup where the application is down, and from the first one again after it is back", async () => {
    await lab.stopApp("app1");
    await answersFrom("app2");
    lab.startApp("app1");
    await answersFrom("app1");
  });

  async function answersFrom(app: string): Promise<void> {
    const since = toWeb.all().length;
    await expect.poll(() => toWeb.all().slice(since).at(-1), patience).toMatchObject({ status: 200, app });
  }

  it("says by its metrics that one member holds the address, and none where both stopped", async () => {
    expect(await holdersByMetrics()).toBe(1);
    for (const balancer of lab.balancers) await balancer.systemctl("stop", "keepalived.service");
    expect(lab.holders(web.address)).toEqual([]);
    expect(await holdersByMetrics()).toBe(0);
    for (const balancer of lab.balancers) await balancer.systemctl("start", "keepalived.service");
    await settled(lab);
  });

  it("is two masters where adverts pass one way only, its metrics say so, and one again when they pass", async () => {
    blockTowards(lb1.namespace, "eth0", "198.51.100.12");
    await expect.poll(() => lab.holders(web.address), patience).toEqual(["lb1", "lb2"]);
    expect(await holdersByMetrics()).toBe(2);
    unblockTowards(lb1.namespace, "eth0", "198.51.100.12");
    await settled(lab);
    expect(await holdersByMetrics()).toBe(1);
    await answersThrough(toWeb, "lb1");
  });

  it("does not care about a switch that keeps multicast away", async () => {
    for (const balancer of lab.balancers) setMulticast(balancer.name, "frontend", "off");
    const since = toWeb.all().length;
    await answersThrough(toWeb, "lb1");
    await held(lab, web.address, "lb1");
    for (const balancer of lab.balancers) setMulticast(balancer.name, "frontend", "on");
    expect(
      toWeb
        .all()
        .slice(since)
        .filter(({ status }) => status !== 200),
    ).toEqual([]);
  });

  it("is not disturbed by a foreign cluster with our id that sends multicast", async () => {
    const other = lab.balancer("stranger");
    other.install("/etc/default/keepalived", 'DAEMON_ARGS="--log-console --log-detail"\n');
    other.install(config, strangerConfig("198.51.100.200"));
    const turns = await becameMaster();
    await other.systemctl("start", "keepalived.service");
    await expect.poll(() => other.run("ip", ["-o", "address", "show"]), patience).toContain("198.51.100.200");
    await held(lab, web.address, "lb1");
    expect(await becameMaster()).toEqual(turns);
    await other.systemctl("stop", "keepalived.service");
  });

  function becameMaster(): Promise<readonly (number | undefined)[]> {
    return Promise.all(
      [lb1, lb2].map(async (each) => ofVirtualIp(await writtenMetrics(each), "keepalived_become_master_total", "web")),
    );
  }

  it("moves where nginx hangs: the check gives up by itself", async () => {
    const processes = lb1.processes("nginx");
    for (const { pid } of processes) process.kill(pid, "SIGSTOP");
    try {
      await answersThrough(toWeb, "lb2");
      await held(lab, web.address, "lb2");
    } finally {
      for (const { pid } of processes) process.kill(pid, "SIGCONT");
    }
    await settled(lab);
  });

  it("moves where the check itself hangs", async () => {
    const [check = ""] = lb1.installed().filter((path) => /^\/etc\/keepalived\/check-/.test(path));
    const written = readFileSync(lb1.path(check), "utf8");
    lb1.install(check, "#!/bin/sh\nexec sleep 60\n", 0o755);
    await answersThrough(toWeb, "lb2");
    await held(lab, web.address, "lb2");
    lb1.install(check, written, 0o755);
    await settled(lab);
  });

  it("refuses a check that everybody can write: the test of the config fails, and the old config runs on", async () => {
    const [check = ""] = lb1.installed().filter((path) => /^\/etc\/keepalived\/check-/.test(path));
    await lb1.run("chmod", ["0777", check]);
    await expect(lb1.run("keepalived", ["-t", "-e", "-f", config])).rejects.toThrow(/ended with [1-9]/);
    await lb1.systemctl("reload", "keepalived.service");
    await held(lab, web.address, "lb1");
    await lb1.run("chmod", ["0755", check]);
    await lb1.systemctl("reload", "keepalived.service");
    await settled(lab);
  });

  it("takes one more address by a reload, and the others stay", async () => {
    const before = toWeb.all().length;
    const more = `  extra: { address: 198.51.100.101/24, service: edge, virtual_router_id: 53, priority: [lb1, lb2], advert_interval: 200ms, preempt: true }\n`;
    const result = buildText(edgeInventory({ more }));
    await Promise.all(lab.balancers.map((balancer) => installBalancer(balancer, result)));
    await Promise.all(lab.balancers.map(({ systemctl }) => systemctl("reload", "keepalived.service")));
    await held(lab, "198.51.100.101", "lb1");
    await settled(lab);
    expect(
      toWeb
        .all()
        .slice(before)
        .filter(({ status }) => status !== 200),
    ).toEqual([]);
  });

  it("has one holder after a rolling restart, the standby first", async () => {
    for (const balancer of [lb2, lb1]) {
      for (const unit of ["nginx.service", "keepalived.service"]) await balancer.systemctl("restart", unit);
      await eventually(() => onlyHolder(lab, web.address));
    }
    await settled(lab);
    await answersThrough(toWeb, "lb1");
    await answersThrough(toInside, "lb2");
  });
});

const held1 = "keepalived_vip_held";
const patience = { timeout: 15_000 };
