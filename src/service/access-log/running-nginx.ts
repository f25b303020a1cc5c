import { readdirSync, readFileSync } from "node:fs";

/** The nginx that runs, as /proc shows it. */
export interface RunningNginx {
  readonly workers: number;
  /**
   * When the oldest of them was started, in milliseconds since 1970 and within a second: the config that is in force was
   * read before. A worker that took the place of a crashed one is younger, and has the same config.
   */
  readonly oldestMs: number;
}

/** Ticks of the clock in /proc: 100 a second on every Linux that Node runs on. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticksPerSecond = 100;

/**
 * Looks at the workers of the master whose process id stands in a file; workers that are ending are left out. Undefined
 * where no such master runs. Throws what the file system throws where /proc or the file must not be read.
 */
export function readRunningNginx(pidFile: string): RunningNginx | undefined {
  const master = readIfThere(pidFile)?.trim();
  if (master === undefined || !/^[0-9]+$/.test(master)) return undefined;
  // A number that another program has by now is not ours.
  if (readIfThere(`/proc/${master}/cmdline`)?.startsWith("nginx: master process") !== true) return undefined;
  const bootMs = bootTimeMs();
  const started = childrenOf(master).flatMap((child) => {
    // A worker that ends is called "nginx: worker process is shutting down".
    if (readIfThere(`/proc/${child}/cmdline`)?.replace(/[\0 ]+$/, "") !== "nginx: worker process") return [];
    const ticks = Number(statFields(child)[19]);
    return Number.isNaN(ticks) ? [] : [bootMs + (ticks / ticksPerSecond) * 1000];
  });
  return { workers: started.length, oldestMs: Math.min(...started) };
}

function childrenOf(master: string): readonly string[] {
  const list = readIfThere(`/proc/${master}/task/${master}/children`);
  if (list !== undefined) return list.split(" ").filter((id) => id !== "");
  // A kernel without that file.
  return readdirSync("/proc").filter((id) => /^[0-9]+$/.test(id) && statFields(id)[1] === master);
}

/** Fields behind the name of the process, which may hold blanks and brackets: state, parent … */
function statFields(id: string): readonly string[] {
  const text = readIfThere(`/proc/${id}/stat`) ?? "";
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function bootTimeMs(): number {
  return Number(/^btime ([0-9]+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]) * 1000;
}

/** Undefined where a file is not there, or its process has ended meanwhile. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}
