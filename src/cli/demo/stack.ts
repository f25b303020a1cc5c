import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Here } from "./here.ts";
import type { HostTree } from "./host-tree.ts";
import { type App, apps, type Parts, type Ports } from "./inventory.ts";
import { nginxScript } from "./nginx-script.ts";
import type { Command, Supervisor } from "./supervisor/supervisor.ts";
import { ask, NotInTime, until } from "./waiting.ts";

/** What is started, and how to see that it runs. */
interface Member extends Command {
  readonly ready: string;
}

/** All that `startStack` needs to know. */
export interface StackPlan {
  readonly tree: HostTree;
  readonly folder: string;
  readonly checkout: string;
  readonly here: Here;
  readonly parts: Parts;
  readonly ports: Ports;
}

/** Something did not start; the message says what, why, and what it printed. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
}

/** Starts store, applications, load and what watches them, each as its generated files say, and waits until all answer. */
export async function startStack(
  plan: StackPlan,
  supervisor: Supervisor,
  { signal, told }: { readonly signal: AbortSignal; readonly told: (name: string, how: string) => void },
): Promise<void> {
  // What is asked stands before those who ask it.
  const stages = [[exporter(plan)], ...applications(plan), balancer(plan), monitoring(plan)];
  for (const [stage, members] of stages.entries()) {
    await Promise.all(members.map((member) => startMember({ ...member, stage }, supervisor, { signal, told })));
    signal.throwIfAborted();
  }
  supervisor.start({ ...load(plan), stage: stages.length });
}

async function startMember(
  member: Member,
  supervisor: Supervisor,
  { signal, told }: { readonly signal: AbortSignal; readonly told: (name: string, how: string) => void },
): Promise<void> {
  const started = supervisor.start(member);
  void started.ended.then((how) => told(member.name, how));
  const failure = (why: string): StartFailure =>
    new StartFailure(`${member.name} ${why}\n${started.lastLines()}`.trimEnd());
  const given = new AbortController();
  const answered = until(async () => ({ text: await ask(member.ready) }), {
    seconds: 45,
    signal: AbortSignal.any([signal, given.signal]),
  }).catch((error: unknown) => {
    if (error instanceof NotInTime) throw failure(`does not answer: ${error.message}`);
    throw error;
  });
  try {
    await Promise.race([
      answered,
      started.ended.then((how) => {
        throw failure(how);
      }),
    ]);
  } finally {
    given.abort();
    await answered.catch(() => undefined);
  }
}

const at = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`;

/** The command line that runs us, for what is a command of our own. */
function own([, ...args]: readonly string[]): Pick<Command, "file" | "args"> {
  return { file: process.execPath, args: [...process.execArgv, process.argv[1] ?? "", ...args] };
}

function exporter({ tree, ports }: StackPlan): Member {
  const state = tree.path("/var/lib/stackwright");
  mkdirSync(state, { recursive: true });
  return {
    name: "exporter",
    ...own(tree.command("stackwright")),
    env: { STATE_DIRECTORY: state },
    ready: at(ports.exporter, "/-/ready"),
  };
}

/** The applications by stages: each knows nothing of the ones that ask it, and is there before them. */
function applications({ tree, checkout, ports }: StackPlan): readonly (readonly Member[])[] {
  // As people get it, the library is built; in a tree that is worked on, its sources serve as well.
  const isBuilt = existsSync(join(checkout, "packages/telemetry/dist/register.js"));
  const condition = "--conditions=stackwright-source";
  const flags = process.execArgv.includes(condition) || !isBuilt ? [condition] : [];
  const application = (name: App): Member => {
    const settings = tree.environment(`/etc/stackwright/apps/${name}.env`);
    const waiting = tree.path(settings["TELEMETRY_LOG_DIRECTORY"] ?? `/var/lib/stackwright-apps/${name}`);
    mkdirSync(waiting, { recursive: true });
    const upstreams = apps[name].map((each) => [`UPSTREAM_${each.toUpperCase()}`, at(ports[each], "")] as const);
    return {
      name,
      file: process.execPath,
      args: [...flags, "--import", "@stackwright/telemetry/register", join(checkout, "apps", name, "src/main.ts")],
      cwd: checkout,
      env: { ...settings, TELEMETRY_LOG_DIRECTORY: waiting, ...Object.fromEntries(upstreams) },
      // What it logs is in the store; errors of its start stand on stderr.
      keepsOutput: false,
      ready: at(ports[name], "/healthz"),
    };
  };
  return [[application("menu"), application("danmu")], [application("order")], [application("gateway")]];
}

function balancer({ tree, folder, here: { nginx }, ports }: StackPlan): readonly Member[] {
  if (nginx === undefined) return [];
  const script = join(folder, "nginx.sh");
  writeFileSync(script, nginxScript);
  mkdirSync(tree.path("/var/log/nginx"), { recursive: true });
  return [
    {
      name: "nginx",
      file: nginx.unshare,
      args: [...nginx.flags, "sh", script, tree.path(""), nginx.program],
      appendsTo: [tree.path("/var/log/nginx/access.log")],
      ready: at(ports.edgeStatus, "/health"),
    },
  ];
}

function monitoring({ tree, here, ports }: StackPlan): readonly Member[] {
  mkdirSync(tree.path("/var/lib/prometheus/node-exporter"), { recursive: true });
  const unit = (name: string, file: string | undefined, ready: string): readonly Member[] =>
    file === undefined ? [] : [{ name, file, args: tree.command(name).slice(1), ready }];
  return [
    ...(here.nginx === undefined
      ? []
      : [
          {
            name: "access-log",
            ...own(tree.command("stackwright-access-log")),
            env: { STATE_DIRECTORY: tree.path("/var/lib/stackwright") },
            ready: at(9741, "/metrics"),
          },
          ...unit("prometheus-nginx-exporter", here.nginxExporter, at(9113, "/metrics")),
        ]),
    ...unit("prometheus-node-exporter", here.node, at(ports.node, "/metrics")),
    ...unit("prometheus-blackbox-exporter", here.blackbox, at(ports.blackbox, "/metrics")),
    ...unit("prometheus-alertmanager", here.alertmanager, at(ports.alertmanager, "/-/ready")),
    ...unit("prometheus", here.prometheus, at(ports.prometheus, "/-/ready")),
  ];
}

/** People who order: a few each second, for as long as anybody looks. */
function load({ checkout, ports, here }: StackPlan): Command {
  const target = at(here.nginx === undefined ? ports.gateway : ports.edge, "");
  return {
    name: "load",
    file: process.execPath,
    args: [
      join(checkout, "apps/load/src/main.ts"),
      ...["--target", target, "--live", at(ports.danmu, ""), "--rate", "4", "--day", "flat", "--seconds", "86400"],
    ],
    cwd: checkout,
  };
}
