import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildResult } from "../../../../src/pipeline/build.ts";
import { startLab } from "../lab.ts";
import { end } from "../place.ts";
import { buildText } from "../stack.ts";
import { type Asker, startAsking } from "./asker.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { addHost, addressesIn, addSegments, type Leg, legsOf } from "./network.ts";

/** The balancers of an inventory with the files that we render for them, its applications, and a client on every segment. */
export interface EdgeLab {
  readonly result: BuildResult;
  /** For working files; removed with the lab. */
  readonly folder: string;
  /** A balancer or a stranger; throws where there is none of this name. */
  readonly balancer: (name: string) => Balancer;
  readonly balancers: readonly Balancer[];
  /** Names of the balancers that really have an address on a card. */
  readonly holders: (address: string) => readonly string[];
  /** Starts a client that asks through a virtual IP. */
  readonly ask: (question: { address: string; port: number; host: string; everyMs?: number }) => Asker;
  /** Namespace of the client. */
  readonly client: string;
  /** Starts the application on a host, or ends it. */
  readonly startApp: (host: string) => void;
  readonly stopApp: (host: string) => Promise<void>;
  readonly logs: () => string;
  readonly clear: () => Promise<void>;
}

/** What a lab is made of beside its inventory. */
export interface EdgePlan {
  readonly inventory: string;
  /** Names of the hosts that run nginx and keepalived. */
  readonly balancers: readonly string[];
  /** Port of the application by host. */
  readonly apps: Readonly<Record<string, number>>;
  /** Hosts that the inventory does not know, with systemd's stand-in and nothing of ours on them. */
  readonly strangers?: Readonly<Record<string, readonly Leg[]>>;
  /** Keys of units (`Service.NAME`) that the stand-in for systemd leaves out. */
  readonly leftOut?: readonly string[];
  /** Puts more on a balancer, or changes what is there, before its units start. */
  readonly prepare?: (balancer: Balancer) => Promise<void> | void;
}

/** Lays out an edge and installs what is rendered. Units are not started. */
export async function startEdgeLab(plan: EdgePlan): Promise<EdgeLab> {
  const result = buildText(plan.inventory);
  const { model } = result;
  const lab = await startLab([]);
  const balancers: Balancer[] = [];
  const strangers: Balancer[] = [];
  const apps = new Map<string, ChildProcess>();
  const namespaces = new Map<string, string>();
  const clear = async (): Promise<void> => {
    await Promise.all([...balancers, ...strangers].map((each) => each.clear()));
    await Promise.all([...apps.values()].map((child) => end(child, 2_000)));
    await lab.clear();
  };
  try {
    addSegments(model);
    const client = addHost("client", clientLegs(result));
    for (const host of Object.keys(plan.apps)) namespaces.set(host, addHost(host, legsOf(model, host)));
    for (const name of plan.balancers) {
      const namespace = addHost(name, legsOf(model, name));
      const root = join(lab.folder, name);
      const balancer = await startBalancer({ name, namespace, root, leftOut: plan.leftOut ?? [] });
      balancers.push(balancer);
      await installBalancer(balancer, result);
      await plan.prepare?.(balancer);
    }
    for (const [name, legs] of Object.entries(plan.strangers ?? {})) {
      const root = join(lab.folder, name);
      strangers.push(await startBalancer({ name, namespace: addHost(name, legs), root, leftOut: plan.leftOut ?? [] }));
    }
    const startApp = (host: string): void => {
      const port = plan.apps[host];
      const [leg] = legsOf(model, host);
      const namespace = namespaces.get(host);
      if (port === undefined || leg === undefined || namespace === undefined)
        throw new Error(`no application on ${host}`);
      apps.set(
        host,
        startBackend({ namespace, name: host, address: leg.address, port, log: join(lab.folder, `${host}.log`) }),
      );
    };
    for (const host of Object.keys(plan.apps)) startApp(host);
    return {
      result,
      folder: lab.folder,
      balancers,
      balancer: (name) => {
        const found = [...balancers, ...strangers].find((each) => each.name === name);
        if (found === undefined) throw new Error(`the lab has no balancer ${name}`);
        return found;
      },
      holders: (address) =>
        balancers.filter(({ namespace }) => addressesIn(namespace).includes(address)).map(({ name }) => name),
      ask: (question) => startAsking(client, question),
      client,
      startApp,
      stopApp: async (host) => {
        const child = apps.get(host);
        if (child !== undefined) await end(child, 2_000);
      },
      logs: () => balancers.map(({ name, log }) => `--- ${name}\n${log().slice(-6_000)}`).join("\n"),
      clear,
    };
  } catch (error) {
    const logs = balancers.map(({ name, log }) => `--- ${name}\n${log().slice(-3_000)}`).join("\n");
    await clear();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs}`);
  }
}

/** The client's address ends in 250 on each segment. */
function clientLegs({ model }: BuildResult): readonly Leg[] {
  return [...model.segments.values()].map(({ name, cidr }, index) => ({
    segment: name,
    address: cidr.replace(/\.\d+\/\d+$/, ".250"),
    interface: `eth${index}`,
  }));
}

/** Puts every file that the manifest says on a balancer, and lets systemd's own tools act on what they read. */
export async function installBalancer(balancer: Balancer, { artifacts, secrets }: BuildResult): Promise<void> {
  const installed = artifacts.flatMap(({ content, mode, owner, installs }) =>
    installs.filter(({ host }) => host === balancer.name).map(({ path }) => ({ path, content, mode, owner })),
  );
  for (const { path, content, mode } of installed) balancer.install(path, content, mode);
  for (const { host, path } of secrets) if (host === balancer.name) balancer.install(path, "secret", 0o600);
  const under = (folder: string): readonly string[] =>
    installed.map(({ path }) => path).filter((path) => path.includes(`/${folder}/`));
  for (const file of under("sysusers.d")) await balancer.run("systemd-sysusers", [file]);
  for (const file of under("tmpfiles.d")) await balancer.run("systemd-tmpfiles", ["--create", file]);
  // Some keys exist only outside of namespaces; nothing here depends on them.
  for (const file of under("sysctl.d")) await balancer.run("sysctl", ["-e", "-q", "-p", file]).catch(() => undefined);
  for (const { path, owner } of installed) if (owner !== "root:root") await balancer.run("chown", [owner, path]);
}

function startBackend(plan: {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly log: string;
}): ChildProcess {
  const script = fileURLToPath(new URL("backend.ts", import.meta.url));
  const log = openSync(plan.log, "a");
  return spawn(
    "setpriv",
    [
      ..."--pdeathsig KILL ip netns exec".split(" "),
      ...[plan.namespace, process.execPath, script, plan.name, plan.address, String(plan.port)],
    ],
    { stdio: ["ignore", log, log] },
  );
}
