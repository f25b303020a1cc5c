import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isOutOfReach } from "./absent.ts";

/** What Linux says of a process. https://www.man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export interface ProcessFacts {
  readonly pid: number;
  /** Process group; that of its leader's pid. */
  readonly group: number;
  /** Ticks since the machine started. With the pid it names one process for ever, until the next start of the machine. */
  readonly startedAt: string;
  /** A zombie has ended, and only waits for its parent to hear of it. */
  readonly isZombie: boolean;
}

/** Undefined where there is no such process any more, or where we may not look at it. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks and parentheses of its own.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, , group] = fields;
    const startedAt = fields[19];
    if (startedAt === undefined) return undefined;
    return { pid, group: Number(group), startedAt, isZombie: state === "Z" || state === "X" };
  } catch (error) {
    if (isOutOfReach(error)) return undefined;
    throw error;
  }
}

/** All processes of this machine that have not ended. */
export function allProcesses(): readonly ProcessFacts[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const facts = processFacts(Number(name));
      return facts === undefined || facts.isZombie ? [] : [facts];
    });
}

/** The variable by which processes of a run know each other again; its value is the run's folder. */
export const runVariable = "STACKWRIGHT_RUN";

/** Whether a process was started by the run that has this folder: it says so itself, or the folder is its whole world. */
export function isOfRun(pid: number, folder: string): boolean {
  return saysSo(pid, folder) || isRootedIn(pid, folder);
}

function saysSo(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${runVariable}=${folder}`);
  } catch {
    // Ended, or somebody else's.
    return false;
  }
}

function isRootedIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/root`).startsWith(`${folder}/`);
  } catch {
    return false;
  }
}
