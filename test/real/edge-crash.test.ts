import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Asker } from "./lab/edge/asker.ts";
import type { Balancer } from "./lab/edge/balancer.ts";
import type { EdgeLab } from "./lab/edge/edge-lab.ts";
import { edgeInventory, edgeTools, seenAs, web } from "./lab/edge/inventory.ts";
import { answersThrough, held, settled, startPair } from "./lab/edge/pair.ts";
import { describeInLab } from "./tool.ts";

describeInLab(edgeTools, "a pair of balancers whose keepalived crashes or hangs", () => {
  let lab: EdgeLab;
  let lb1: Balancer;
  let toWeb: Asker;

  beforeAll(async () => {
    lab = await startPair({ inventory: edgeInventory() });
    lb1 = lab.balancer("lb1");
    await settled(lab);
    toWeb = lab.ask({ ...web, everyMs: 50 });
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(async () => {
    await toWeb?.stop();
    await lab?.clear();
  });

  function kill(processes: readonly { readonly pid: number }[], signal: NodeJS.Signals): void {
    expect(processes.length).toBeGreaterThan(0);
    for (const { pid } of processes) process.kill(pid, signal);
  }

  it("leaves no address behind when keepalived is killed, parent and child, and starts it again", async () => {
    const before = (await lb1.systemctl("status", "keepalived.service")).restarts;
    kill(lb1.processes("keepalived"), "SIGKILL");
    await comesBack(before);
  });

  it("does so too when only the parent is killed", async () => {
    const before = (await lb1.systemctl("status", "keepalived.service")).restarts;
    kill(lb1.processes("keepalived").slice(0, 1), "SIGKILL");
    await comesBack(before);
  });

  /** The other one serves meanwhile: only for a moment, because systemd starts keepalived again. */
  async function comesBack(before: number): Promise<void> {
    const since = toWeb.all().length;
    await expect
      .poll(async () => (await lb1.systemctl("status", "keepalived.service")).restarts, { timeout: 15_000 })
      .toBe(before + 1);
    await settled(lab);
    expect(
      toWeb
        .all()
        .slice(since)
        .map(({ from }) => from),
    ).toContain(seenAs["lb2"]);
    await answersThrough(toWeb, "lb1");
  }

  it("takes the address off also where keepalived is killed and cannot start again", async () => {
    const config = "/etc/keepalived/keepalived.conf";
    const written = readFileSync(lb1.path(config), "utf8");
    lb1.install(config, "");
    kill(lb1.processes("keepalived"), "SIGKILL");
    await held(lab, web.address, "lb2");
    expect(lb1.processes("keepalived")).toEqual([]);
    lb1.install(config, written);
    await lb1.systemctl("start", "keepalived.service");
    await settled(lab);
  });

  it("has one holder again when only the VRRP process is killed: its parent starts another", async () => {
    const [, child] = lb1.processes("keepalived");
    expect(child).toBeDefined();
    kill(lb1.processes("keepalived").slice(1), "SIGKILL");
    await expect
      .poll(() => lb1.processes("keepalived")[1]?.pid ?? child?.pid, { timeout: 15_000 })
      .not.toBe(child?.pid);
    await settled(lab);
    await answersThrough(toWeb, "lb1");
  });

  it("has one holder again after the master was paused for ten seconds", async () => {
    const paused = lb1.processes("keepalived");
    kill(paused, "SIGSTOP");
    try {
      await expect.poll(() => lab.holders(web.address), { timeout: 10_000 }).toContain("lb2");
      await answersThrough(toWeb, "lb2");
      await sleep(10_000);
    } finally {
      kill(paused, "SIGCONT");
    }
    await settled(lab);
    await answersThrough(toWeb, "lb1");
  });
});
