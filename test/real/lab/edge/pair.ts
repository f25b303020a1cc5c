import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../waiting.ts";
import type { Asker } from "./asker.ts";
import { type EdgeLab, type EdgePlan, startEdgeLab } from "./edge-lab.ts";
import { inside, seenAs, web } from "./inventory.ts";

/** Sandboxes and niceness, which the lab has not. */
const leftOut = ["Nice", "NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictAddressFamilies"].map(
  (key) => `Service.${key}`,
);

/** A pair of balancers as `edgeInventory` describes it, running, with each virtual IP on one of them. */
export async function startPair(plan: Pick<EdgePlan, "inventory" | "prepare" | "strangers">): Promise<EdgeLab> {
  const lab = await startEdgeLab({
    ...plan,
    balancers: ["lb1", "lb2"],
    apps: { app1: 3000, app2: 3000 },
    leftOut,
    prepare: async (balancer) => {
      // The distribution's file has no arguments; there is no syslog here.
      balancer.install("/etc/default/keepalived", 'DAEMON_ARGS="--log-console --log-detail"\n');
      await plan.prepare?.(balancer);
    },
  });
  try {
    for (const unit of ["nginx.service", "keepalived.service"])
      await Promise.all(lab.balancers.map(({ systemctl }) => systemctl("start", unit)));
    for (const address of [web.address, inside.address]) await eventually(() => onlyHolder(lab, address));
    return lab;
  } catch (error) {
    const logs = lab.logs();
    await lab.clear();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs}`);
  }
}

/** The balancer that has an address on a card; throws unless it is one. */
export function onlyHolder(lab: EdgeLab, address: string): string {
  const [holder, ...others] = lab.holders(address);
  if (holder === undefined) throw new Error(`${address} is on no balancer`);
  if (others.length > 0) throw new Error(`${address} is on ${[holder, ...others].join(" and ")}`);
  return holder;
}

/** Waits until each virtual IP is on its preferred balancer, and there alone. */
export async function settled(lab: EdgeLab): Promise<void> {
  await held(lab, web.address, "lb1");
  await held(lab, inside.address, "lb2");
}

/** Waits until an address is on one balancer and on no other, and stays so for a second. */
export async function held(lab: EdgeLab, address: string, by: string, seconds = 30): Promise<void> {
  await eventually(async () => {
    for (let look = 0; look < 10; look++) {
      const holder = onlyHolder(lab, address);
      if (holder !== by) throw new Error(`${address} is on ${holder}, not on ${by}`);
      await sleep(100);
    }
  }, seconds);
}

/** Waits until a client gets 200 through one balancer, five times in turn. */
export async function answersThrough(asker: Asker, balancer: string, seconds = 20): Promise<void> {
  const since = asker.all().length;
  await eventually(() => {
    const last = asker.all().slice(since).slice(-5);
    const good = last.filter(({ status, from }) => status === 200 && from === seenAs[balancer]);
    if (good.length < 5) throw new Error(`not five answers through ${balancer}: ${JSON.stringify(last.at(-1))}`);
  }, seconds);
}
