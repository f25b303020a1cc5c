import { setTimeout as sleep } from "node:timers/promises";
import { findTool } from "../../src/io/tools.ts";
import { type Asked, type Asker, nowMs } from "../../test/real/lab/edge/asker.ts";
import type { Balancer } from "../../test/real/lab/edge/balancer.ts";
import type { EdgeLab } from "../../test/real/lab/edge/edge-lab.ts";
import { edgeInventory, edgeTools, seenAs, web } from "../../test/real/lab/edge/inventory.ts";
import { onlyHolder, startPair } from "../../test/real/lab/edge/pair.ts";
import { canStartLab } from "../../test/real/lab/lab.ts";
import { setLegCable } from "../../test/real/lab/namespaces.ts";
import type { Case } from "../case.ts";
import { median } from "../measure.ts";

/** Something that happens to the balancer that holds the address. */
interface Event {
  readonly name: string;
  /** Looks for what it takes, and gives what makes it happen at once. */
  readonly prepare: (holder: Balancer) => () => unknown;
  readonly repair: (former: Balancer) => Promise<unknown> | unknown;
  /** What VRRP says of it, in ms: between these two. */
  readonly theory: (intervalMs: number) => readonly [number, number];
}

/** What a client saw of one event. */
interface Gap {
  /** From the event to the end of the first answer by the other balancer. */
  readonly gapMs: number;
  readonly failed: number;
}

interface Goal {
  readonly medianMs: number;
  readonly worstMs: number;
}

/** (256 - priority) / 256 of an interval, with the priority 253 of the second member. */
const skew = 3 / 256;
const resigned = (intervalMs: number): readonly [number, number] => [0, skew * intervalMs];
/** The last advert is up to one interval old when the master falls silent. */
const silent = (intervalMs: number): readonly [number, number] => [(2 + skew) * intervalMs, (3 + skew) * intervalMs];

const nginxKilled: Event = {
  name: "nginx killed",
  prepare: (holder) => killer(holder, "nginx"),
  repair: (former) => former.systemctl("start", "nginx.service"),
  theory: resigned,
};
const keepalivedStopped: Event = {
  name: "keepalived stopped",
  prepare: (holder) => () => holder.systemctl("stop", "keepalived.service"),
  repair: (former) => former.systemctl("start", "keepalived.service"),
  theory: resigned,
};
const keepalivedKilled: Event = {
  name: "keepalived killed",
  prepare: (holder) => killer(holder, "keepalived"),
  // systemd starts it again.
  repair: () => undefined,
  theory: silent,
};
const linkLost: Event = {
  name: "link lost",
  prepare:
    ({ name }) =>
    () =>
      setLegCable(name, "frontend", "down"),
  repair: ({ name }) => setLegCable(name, "frontend", "up"),
  theory: silent,
};

/** Advert interval, and what is asked of each event at it. */
const rounds: readonly {
  readonly interval: string;
  readonly intervalMs: number;
  readonly events: readonly (readonly [Event, Goal | undefined])[];
}[] = [
  {
    interval: "1s",
    intervalMs: 1000,
    events: [
      [nginxKilled, { medianMs: 250, worstMs: 500 }],
      [keepalivedStopped, { medianMs: 100, worstMs: 200 }],
      [keepalivedKilled, undefined],
      [linkLost, { medianMs: 3600, worstMs: 3600 }],
    ],
  },
  {
    interval: "200ms",
    intervalMs: 200,
    events: [
      [nginxKilled, undefined],
      [keepalivedStopped, undefined],
      [keepalivedKilled, undefined],
      [linkLost, { medianMs: 800, worstMs: 800 }],
    ],
  },
];

/** What a client sees when the holder of a virtual IP fails, with the files that we render and the real daemons. */
export const failover: Case = {
  name: "failover",
  about: "a virtual IP that moves, seen by a client that asks every 10 ms; needs root, takes some minutes",
  run: async ({ runs, isBusy }) => {
    const missing = ["ip", "setpriv", "unshare", ...edgeTools].filter((tool) => findTool(tool) === undefined);
    if (!canStartLab()) return `${heading}not measured: network namespaces need root on Linux\n`;
    if (missing.length > 0) return `${heading}not measured: ${missing.join(", ")} missing here\n`;
    const lines: string[] = [];
    for (const { interval, intervalMs, events } of rounds) {
      const lab = await startPair({ inventory: edgeInventory({ webInterval: interval, webPreempt: false }) });
      const asker = lab.ask(web);
      try {
        for (const [event, goal] of events) {
          const gaps: Gap[] = [];
          for (let round = 0; round < runs; round++) gaps.push(await one(lab, asker, event));
          const row = line(`${event.name}, adverts every ${interval}`, event.theory(intervalMs), gaps, goal, isBusy);
          process.stderr.write(`${row}\n`);
          lines.push(row);
        }
      } finally {
        await asker.stop();
        await lab.clear();
      }
    }
    return `${heading}${headings}${lines.join("\n")}\n`;
  },
};

const heading = "## Failover\n\n";
const headings =
  "| what | theory | gap, median | least to most | failed requests, median and most | goal |\n|---|---|---|---|---|---|\n";

async function one(lab: EdgeLab, asker: Asker, { prepare, repair }: Event): Promise<Gap> {
  const holderName = onlyHolder(lab, web.address);
  const holder = lab.balancer(holderName);
  const other = seenAs[lab.balancers.find(({ name }) => name !== holderName)?.name ?? ""];
  // Adverts come in a rhythm; the event shall not.
  await sleep(500 + Math.random() * 1000);
  const happen = prepare(holder);
  const at = nowMs();
  const happened = happen();
  const first = await firstAnswer(asker, at, other);
  await happened;
  await sleep(1000);
  const failed = asker.all().filter(({ start, status }) => start >= at && status !== 200).length;
  await repair(holder);
  // Until it is standby: its check has to succeed twice.
  await sleep(4000);
  return { gapMs: first.end - at, failed };
}

async function firstAnswer(asker: Asker, after: number, from: string | undefined): Promise<Asked> {
  const deadline = nowMs() + 20_000;
  while (nowMs() < deadline) {
    const found = asker.all().find((asked) => asked.start >= after && asked.status === 200 && asked.from === from);
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error("the other balancer did not answer within 20 s");
}

function killer(holder: Balancer, program: string): () => void {
  const processes = holder.processes(program);
  return () => {
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
  };
}

function line(
  what: string,
  [from, to]: readonly [number, number],
  gaps: readonly Gap[],
  goal: Goal | undefined,
  isBusy: boolean,
): string {
  const times = gaps.map(({ gapMs }) => gapMs);
  const failed = gaps.map((gap) => gap.failed);
  const middle = median(times) ?? Number.NaN;
  const worst = Math.max(...times);
  const isReached = goal !== undefined && middle <= goal.medianMs && worst <= goal.worstMs;
  const verdict = isReached ? "reached" : isBusy ? "not judged: busy" : "MISSED";
  const cells = [
    what,
    `${from.toFixed(0)} to ${to.toFixed(0)} ms`,
    `${middle.toFixed(0)} ms`,
    `${Math.min(...times).toFixed(0)} to ${worst.toFixed(0)} ms`,
    `${median(failed)} and ${Math.max(...failed)}`,
    goal === undefined ? "" : `≤ ${goal.medianMs} ms, worst ≤ ${goal.worstMs} ms: ${verdict}`,
  ];
  return `| ${cells.join(" | ")} |`;
}
