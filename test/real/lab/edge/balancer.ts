import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../place.ts";
import { openInit } from "../stand-in/init.ts";
import { standInForSystemd, type Verb } from "../stand-in/manager.ts";
import { processesOf } from "../stand-in/processes.ts";
import type { ServiceState } from "../stand-in/service.ts";

/** A process on a balancer, by its ids on this machine, so that a test can signal it at once. */
export interface BalancerProcess {
  readonly pid: number;
  readonly parent: number;
}

/**
 * A host of its own: network, mounts, process ids and host name. It sees this machine's /usr, a copy of its /etc, and an
 * empty /var, /run and /tmp. Units are run by the stand-in for systemd.
 */
export interface Balancer {
  readonly name: string;
  readonly namespace: string;
  readonly systemctl: (verb: Verb, unit: string) => Promise<ServiceState>;
  /** Runs a command on it to its end and gives its output; throws with its error output if it fails. */
  readonly run: (command: string, args: readonly string[], input?: string) => Promise<string>;
  /** Where a path of the balancer stands for this process. */
  readonly path: (path: string) => string;
  readonly install: (path: string, content: string, mode?: number) => void;
  /** Paths that were installed. */
  readonly installed: () => readonly string[];
  /** Running processes of a program, parents first. */
  readonly processes: (program: string) => readonly BalancerProcess[];
  readonly log: () => string;
  readonly clear: () => Promise<void>;
}

/** Lays out what the host sees; then it is PID 1. Its program is an open file: the checkout may lie below /tmp. */
const first = `
root=$1
mount --make-rprivate / && mount -t tmpfs -o mode=755 tmpfs /run &&
for folder in etc var tmp; do mount --bind "$root/$folder" "/$folder" || exit; done &&
hostname "$2" && exec perl /proc/self/fd/3`;

const emptyFolders = [
  ...["var/log/nginx", "var/lib/nginx", "var/lib/prometheus/node-exporter", "var/cache", "var/lib/systemd"],
  ...["var/tmp", "tmp"],
];

/** Starts a host in a namespace of the network. `root` is a folder for what it writes; `leftOut` as in `readUnit`. */
export async function startBalancer(plan: {
  readonly name: string;
  readonly namespace: string;
  readonly root: string;
  readonly leftOut: readonly string[];
}): Promise<Balancer> {
  const { name, namespace, root } = plan;
  for (const folder of emptyFolders) mkdirSync(join(root, folder), { recursive: true });
  for (const folder of ["var/tmp", "tmp"]) chmodSync(join(root, folder), 0o1777);
  symlinkSync("/run", join(root, "var/run"));
  cpSync("/etc", join(root, "etc"), { recursive: true, verbatimSymlinks: true });
  const log = `${root}.log`;
  const script = fileURLToPath(new URL("../stand-in/init.pl", import.meta.url));
  const child = spawn(
    "setpriv",
    [
      ..."--pdeathsig KILL ip netns exec".split(" "),
      ...[namespace, ..."unshare --mount --pid --uts --fork --kill-child --mount-proc sh -c".split(" ")],
      ...[first, "init", root, name],
    ],
    { stdio: ["pipe", "pipe", openSync(log, "a"), openSync(script, "r")] },
  );
  const init = await openInit(child);
  const pid = childOf(child.pid ?? 0);
  const path = (own: string): string => `/proc/${pid}/root${own}`;
  const space = readlinkSync(`/proc/${pid}/ns/pid`);
  const say = (text: string): void => appendFileSync(log, `stand-in for systemd: ${text}\n`);
  const paths = new Set<string>();
  return {
    name,
    namespace,
    systemctl: standInForSystemd({ init, path, say }, plan.leftOut),
    run: (program, own, input) =>
      run("nsenter", ["-t", String(pid), "-m", "-p", "-u", "-n", "--", program, ...own], input),
    path,
    install: (own, content, mode = 0o644) => {
      mkdirSync(dirname(path(own)), { recursive: true });
      writeFileSync(path(own), content);
      chmodSync(path(own), mode);
      paths.add(own);
    },
    installed: () => [...paths],
    processes: (program) => processesIn(space, program),
    log: () => (existsSync(log) ? readFileSync(log, "utf8") : ""),
    clear: async () => {
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function childOf(pid: number): number {
  const found = processesOf("/proc").find(({ parent }) => parent === pid);
  if (found === undefined) throw new Error(`process ${pid} has no child`);
  return found.pid;
}

function processesIn(space: string, program: string): readonly BalancerProcess[] {
  const all = processesOf("/proc").filter((each) => each.program === program && isIn(space, each.pid));
  const own = new Set(all.map(({ pid }) => pid));
  return all
    .toSorted((a, b) => Number(own.has(a.parent)) - Number(own.has(b.parent)) || a.pid - b.pid)
    .map(({ pid, parent }) => ({ pid, parent }));
}

function isIn(space: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === space;
  } catch {
    // It ended while we looked.
    return false;
  }
}
