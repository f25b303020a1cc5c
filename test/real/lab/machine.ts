import { type ChildProcess, spawn } from "node:child_process";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Answer, askThrough, type Question, type Received, receivedBy, type Sink } from "./asking.ts";
import { setCable } from "./namespaces.ts";
import { end, type Place, run } from "./place.ts";
import { eventually } from "./waiting.ts";

/** A machine of a lab. Paths of its processes are under its root folder, where only /usr, /dev, /proc and /sys are shared. */
export interface Machine extends Place {
  readonly name: string;
  readonly address: string;
  /** The folder that is `/` on it. */
  readonly root: string;
  /** Starts a process that runs until it is stopped by what this gives, or the machine is cleared. */
  readonly start: (
    command: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => () => Promise<void>;
  /** Puts a file on it, at an absolute path of its own. */
  readonly install: (path: string, content: string, mode?: number) => void;
  /** Listens for requests of others, and keeps them. To be said before anything is asked. */
  readonly takeRequests: (sinks: readonly Sink[]) => Promise<void>;
  readonly received: () => Promise<readonly Received[]>;
  /** Asks an HTTP server as this machine sees it. */
  readonly ask: (url: string, question?: Question) => Promise<Answer>;
  /** Pulls the plug: every process is gone, and the cable. */
  readonly fail: () => Promise<void>;
  readonly logs: () => readonly string[];
  readonly clear: () => Promise<void>;
}

/** Puts a process into a root folder. The mounts are the process's own and end with it. */
const enter = `
root=$1; shift
mount --rbind /usr "$root/usr" && mount --rbind /dev "$root/dev" &&
{ ! [ -d "$root.local" ] || mount --bind "$root.local" "$root/usr/local"; } &&
mount -t proc proc "$root/proc" && mount -t sysfs sysfs "$root/sys" && exec chroot "$root" "$@"`;

/** Lays out the root folder of a machine whose namespace is there. */
export function startMachine(plan: {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
  readonly root: string;
}): Machine {
  const { name, root, namespace } = plan;
  const running: ChildProcess[] = [];
  const logs: string[] = [];
  const socket = `${root}.sock`;
  layOut(root);
  const install = (path: string, content: string, mode = 0o644): void => {
    // /usr is shared with this machine; what is installed below /usr/local takes its place there.
    const local = /^\/usr\/local(\/.*)$/.exec(path)?.[1];
    const file = local === undefined ? join(root, path) : join(`${root}.local`, local);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  };
  const inside = (command: string, args: readonly string[]): readonly string[] => [
    ..."setpriv --pdeathsig KILL ip netns exec".split(" "),
    ...[namespace, "unshare", "--mount", "sh", "-c", enter, "enter", root, command, ...args],
  ];
  const launch = (line: readonly string[], environment: Readonly<Record<string, string>>): (() => Promise<void>) => {
    const [command = "", ...args] = line;
    const child = spawn(command, args, {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = `${root}-${logs.length}.log`;
    const stream = createWriteStream(log);
    child.stdout.pipe(stream, { end: false });
    child.stderr.pipe(stream, { end: false });
    child.on("error", (error) => stream.write(`${error.message}\n`));
    child.on("exit", () => stream.end());
    logs.push(log);
    running.push(child);
    return () => end(child, 5_000);
  };
  const agent = once(async (sinks: readonly Sink[]): Promise<void> => {
    const script = fileURLToPath(new URL("agent.ts", import.meta.url));
    const line = ["ip", "netns", "exec", namespace, process.execPath, script, socket, JSON.stringify(sinks)];
    launch(["setpriv", "--pdeathsig", "KILL", ...line], {});
    await eventually(() => {
      if (!existsSync(socket)) throw new Error(`the agent of ${name} does not answer`);
    }, 10);
  });
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((child) => end(child, 3_000)));
  };
  return {
    name,
    address: plan.address,
    root,
    install,
    path: (file) => join("/work", file),
    write: async (file, content) => {
      install(join("/work", file), content);
      return join("/work", file);
    },
    start: (command, args, environment = {}) => launch(inside(command, args), environment),
    run: (command, args, input) => {
      const [first = "", ...rest] = inside(command, args);
      return run(first, rest, input);
    },
    takeRequests: agent,
    received: () => receivedBy(socket),
    ask: async (url, question = {}) => {
      await agent([]);
      return askThrough(socket, url, question);
    },
    fail: async () => {
      setCable(name, "down");
      for (const child of running) child.kill("SIGKILL");
      await stop();
    },
    logs: () => logs.map((log) => `--- ${log}\n${readFileSync(log, "utf8").slice(-2_000)}`),
    clear: stop,
  };
}

function layOut(root: string): void {
  for (const folder of ["usr", "dev", "proc", "sys", "work", "tmp", "run", "var/lib", "var/log", "etc"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const link of ["bin", "sbin", "lib", "lib64"]) symlinkSync(`usr/${link}`, join(root, link));
  for (const file of ["passwd", "group", "nsswitch.conf", "ssl/openssl.cnf"].filter((file) =>
    existsSync(join("/etc", file)),
  )) {
    mkdirSync(dirname(join(root, "etc", file)), { recursive: true });
    writeFileSync(join(root, "etc", file), readFileSync(join("/etc", file)));
  }
  writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n");
  // /usr/bin/awk leads through /etc on Debian.
  if (existsSync("/etc/alternatives/awk")) {
    mkdirSync(join(root, "etc/alternatives"));
    symlinkSync(readlinkSync("/etc/alternatives/awk"), join(root, "etc/alternatives/awk"));
  }
}

function once<Argument>(work: (argument: Argument) => Promise<void>): (argument: Argument) => Promise<void> {
  let done: Promise<void> | undefined;
  return (argument) => {
    done ??= work(argument);
    return done;
  };
}
