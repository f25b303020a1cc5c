import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process, so that it is not mistaken for a later one with the same number: `PID-START-BOOT-NAMESPACE`, with the start in
 * clock ticks, 8 digits of the boot id, and the inode of the namespace that the number belongs to. 0 where the system does
 * not tell. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export interface Owner {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
  readonly namespace: string;
}

/** Whether an owner still lives; `unknown` is one of another machine, boot or container, whose processes cannot be seen. */
export type Life = "alive" | "dead" | "unknown";

export function ownerName({ pid, start, boot, namespace }: Owner): string {
  return `${pid}-${start}-${boot}-${namespace}`;
}

export function parseOwner(name: string): Owner | undefined {
  const [, pid, start, boot, namespace] = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)$/.exec(name) ?? [];
  if (pid === undefined || start === undefined || boot === undefined || namespace === undefined) return undefined;
  return { pid: Number(pid), start, boot, namespace };
}

export function thisOwner(): Owner {
  return {
    pid: process.pid,
    start: statusOf(process.pid).start ?? "0",
    boot: textOf("/proc/sys/kernel/random/boot_id")?.trim().replaceAll("-", "").slice(0, 8) ?? "0",
    namespace: namespaceOf() ?? "0",
  };
}

export function lifeOf(owner: Owner, self: Owner = thisOwner()): Life {
  if (owner.boot !== self.boot || owner.namespace !== self.namespace) return "unknown";
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return "dead";
  }
  const { state, start } = statusOf(owner.pid);
  // A zombie has closed its files.
  if (state === "Z" || state === "X") return "dead";
  return start === undefined || start === owner.start ? "alive" : "dead";
}

/** Fields 3 and 22; the program's name before them may hold blanks and parentheses. */
function statusOf(pid: number): { readonly state: string | undefined; readonly start: string | undefined } {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields?.[0], start: fields?.[19] };
}

function namespaceOf(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0];
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
