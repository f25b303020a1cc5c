import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Asker } from "./lab/edge/asker.ts";
import type { Balancer } from "./lab/edge/balancer.ts";
import { type EdgeLab, installBalancer } from "./lab/edge/edge-lab.ts";
import { edgeInventory, edgeTools, inside, web } from "./lab/edge/inventory.ts";
import { ofVirtualIp, writtenMetrics } from "./lab/edge/metrics.ts";
import { setCard } from "./lab/edge/network.ts";
import { answersThrough, held, settled, startPair } from "./lab/edge/pair.ts";
import { setLegCable } from "./lab/namespaces.ts";
import { buildText } from "./lab/stack.ts";
import { describeInLab } from "./tool.ts";

describeInLab(edgeTools, "a pair of balancers with what is rendered for it", () => {
  let lab: EdgeLab;
  let lb1: Balancer;
  let toWeb: Asker;
  let toInside: Asker;

  beforeAll(async () => {
    lab = await startPair({ inventory: edgeInventory() });
    lb1 = lab.balancer("lb1");
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

  /** Repairs by itself. */
  const nobody = (): void => undefined;

  /** The other balancer serves, alone; after the repair the preferred one does again, alone. */
  async function movesAndReturns(repair: () => Promise<unknown> | unknown): Promise<void> {
    await answersThrough(toWeb, "lb2");
    await held(lab, web.address, "lb2");
    await repair();
    await settled(lab);
    await answersThrough(toWeb, "lb1");
    await answersThrough(toInside, "lb2");
  }

  function kill(processes: readonly { readonly pid: number }[], signal: NodeJS.Signals): void {
    expect(processes.length).toBeGreaterThan(0);
    for (const { pid } of processes) process.kill(pid, signal);
  }

  it("answers 200 through both virtual IPs, each by the balancer that is preferred for it", async () => {
    await answersThrough(toWeb, "lb1");
    await answersThrough(toInside, "lb2");
  });

  it("moves when nginx is killed, master and workers, which systemd starts again", async () => {
    kill(lb1.processes("nginx"), "SIGKILL");
    await movesAndReturns(nobody);
  });

  it("moves when only the master of nginx is killed: systemd ends the workers with it", async () => {
    kill(lb1.processes("nginx").slice(0, 1), "SIGKILL");
    await movesAndReturns(nobody);
  });

  it("moves when keepalived is stopped, and takes the address off", async () => {
    await lb1.systemctl("stop", "keepalived.service");
    await movesAndReturns(() => lb1.systemctl("start", "keepalived.service"));
  });

  it("moves when the cable is pulled, and only the virtual IP of that segment", async () => {
    setLegCable("lb1", "frontend", "down");
    await answersThrough(toInside, "lb2");
    await movesAndReturns(() => setLegCable("lb1", "frontend", "up"));
  });

  it("moves when the card is switched off on the host", async () => {
    setCard(lb1.namespace, "eth0", "down");
    await movesAndReturns(() => setCard(lb1.namespace, "eth0", "up"));
  });

  it("keeps the address where it went, where the inventory says preempt: false", async () => {
    const result = buildText(edgeInventory({ webPreempt: false }));
    await Promise.all(lab.balancers.map((balancer) => installBalancer(balancer, result)));
    await Promise.all(lab.balancers.map(({ systemctl }) => systemctl("reload", "keepalived.service")));
    await held(lab, web.address, "lb1");
    kill(lb1.processes("nginx"), "SIGKILL");
    await answersThrough(toWeb, "lb2");
    await lb1.systemctl("start", "nginx.service");
    const backup = 1;
    await expect
      .poll(async () => ofVirtualIp(await writtenMetrics(lb1), "keepalived_vrrp_state", "web"), { timeout: 20_000 })
      .toBe(backup);
    await sleep(preemptDelayMs + 2_000);
    await held(lab, web.address, "lb2");
    await answersThrough(toWeb, "lb2");
  });
});

/** What a member with `preempt: true` waits before it takes an address back. */
const preemptDelayMs = 5_000;
