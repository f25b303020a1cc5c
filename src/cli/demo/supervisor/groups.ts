import { setTimeout as sleep } from "node:timers/promises";
import { isOutOfReach } from "./absent.ts";
import { allProcesses, isOfRun, type ProcessFacts, processFacts } from "./process-facts.ts";

/** A process that was started as the leader of its own group, as it was when it started. */
export interface Leader {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Processes of the groups that still run, and all others that say they are of the run with this folder. A group counts
 * while its leader is the process that was started; where that has ended, its number may belong to somebody else by now,
 * and only those members count that say so themselves.
 */
export function membersOf(leaders: readonly Leader[], folder: string): readonly ProcessFacts[] {
  const byGroup = new Map(leaders.map((leader) => [leader.pid, leader]));
  return allProcesses().filter(({ pid, group, startedAt }) => {
    if (pid === process.pid) return false;
    const leader = byGroup.get(group);
    const isStarted =
      leader !== undefined &&
      (pid === leader.pid ? startedAt : processFacts(leader.pid)?.startedAt) === leader.startedAt;
    return isStarted || isOfRun(pid, folder);
  });
}

/** Ends the groups: asks, and after `patienceMs` forces. Resolves with the names of those that had to be forced. */
export async function endGroups(
  leaders: readonly Leader[],
  { folder, patienceMs }: { readonly folder: string; readonly patienceMs: number },
): Promise<readonly string[]> {
  // A parent tells its children; asking them too could cut short what the parent ends in order.
  signal(
    membersOf(leaders, folder).filter((each) => isLeader(each, leaders) || !hasLeader(each, leaders)),
    "SIGTERM",
  );
  if (await gone(leaders, folder, patienceMs)) return [];
  const left = membersOf(leaders, folder);
  signal(left, "SIGKILL");
  await gone(leaders, folder, 5_000);
  const groups = new Set(left.map(({ group }) => group));
  return leaders.filter(({ pid }) => groups.has(pid)).map(({ name }) => name);
}

/** Forces the groups to end, at once and without waiting. */
export function killGroups(leaders: readonly Leader[], folder: string): void {
  signal(membersOf(leaders, folder), "SIGKILL");
}

function isLeader({ pid }: ProcessFacts, leaders: readonly Leader[]): boolean {
  return leaders.some((leader) => leader.pid === pid);
}

function hasLeader({ group }: ProcessFacts, leaders: readonly Leader[]): boolean {
  const leader = leaders.find(({ pid }) => pid === group);
  return leader !== undefined && processFacts(leader.pid)?.startedAt === leader.startedAt;
}

async function gone(leaders: readonly Leader[], folder: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (membersOf(leaders, folder).length > 0) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function signal(processes: readonly ProcessFacts[], name: NodeJS.Signals): void {
  for (const { pid, startedAt } of processes) {
    // Looked at once more: what ended a moment ago must not be mistaken for what has its number now.
    if (processFacts(pid)?.startedAt !== startedAt) continue;
    try {
      process.kill(pid, name);
    } catch (error) {
      // One that we cannot end must not keep us from ending the others.
      if (!isOutOfReach(error)) throw error;
    }
  }
}
