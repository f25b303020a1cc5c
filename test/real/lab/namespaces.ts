import { spawnSync } from "node:child_process";
import type { MachinePlan } from "./lab.ts";

const prefix = "swlab-";
const nameOf = (pid: number, name: string): string => `${prefix}${pid}-${name}`;
const theSwitch = nameOf(process.pid, "switch");

/** A namespace with a bridge, to which the machines are wired. */
export function addSwitch(): void {
  ip("netns", "add", theSwitch);
  ip("-n", theSwitch, "link", "add", "br0", "type", "bridge", "forward_delay", "0", "stp_state", "0");
  ip("-n", theSwitch, "link", "set", "br0", "up");
}

/** Makes the namespace of a machine, gives it its address and wires it to the switch. */
export function addMachine(plan: MachinePlan): string {
  const namespace = nameOf(process.pid, plan.name);
  ip("netns", "add", namespace);
  const port = portOf(plan.name);
  ip("-n", theSwitch, "link", "add", port, "type", "veth", "peer", "name", plan.interface, "netns", namespace);
  ip("-n", theSwitch, "link", "set", port, "master", "br0", "up");
  ip("-n", namespace, "addr", "add", `${plan.address}/${plan.prefix}`, "dev", plan.interface);
  ip("-n", namespace, "link", "set", "lo", "up");
  ip("-n", namespace, "link", "set", plan.interface, "up");
  return namespace;
}

/** A further bridge in the switch: a segment that is apart from the others. */
export function addSegment(segment: string): void {
  const bridge = bridgeOf(segment);
  ip("-n", theSwitch, "link", "add", bridge, "type", "bridge", "forward_delay", "0", "stp_state", "0");
  ip("-n", theSwitch, "link", "set", bridge, "up");
}

/** Gives a machine a network card on a segment; makes its namespace with the first. */
export function addLeg(leg: {
  readonly name: string;
  readonly segment: string;
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
}): string {
  const namespace = nameOf(process.pid, leg.name);
  if (!list().includes(namespace)) {
    ip("netns", "add", namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
  }
  const port = legPortOf(leg.name, leg.segment);
  ip("-n", theSwitch, "link", "add", port, "type", "veth", "peer", "name", leg.interface, "netns", namespace);
  ip("-n", theSwitch, "link", "set", port, "master", bridgeOf(leg.segment), "up");
  ip("-n", namespace, "addr", "add", `${leg.address}/${leg.prefix}`, "dev", leg.interface);
  ip("-n", namespace, "link", "set", leg.interface, "up");
  return namespace;
}

/** Pulls the cable of one leg of a machine out of the switch, or puts it back. */
export function setLegCable(name: string, segment: string, state: "up" | "down"): void {
  ip("-n", theSwitch, "link", "set", legPortOf(name, segment), state);
}

/** Lets multicast pass to a leg of a machine, or keeps it away as a switch with a filter does. Unicast and ARP pass. */
export function setMulticast(name: string, segment: string, state: "on" | "off"): void {
  run("ip", [
    "netns",
    "exec",
    theSwitch,
    "bridge",
    "link",
    "set",
    "dev",
    legPortOf(name, segment),
    "mcast_flood",
    state,
  ]);
}

/** Pulls the machine's cable out of the switch, or puts it back. */
export function setCable(name: string, state: "up" | "down"): void {
  ip("-n", theSwitch, "link", "set", portOf(name), state);
}

/** Removes the namespaces of a process, and whatever still runs in them. */
export function removeNamespaces(pid: number): void {
  for (const namespace of list().filter((each) => each.startsWith(nameOf(pid, "")))) {
    for (const inside of ip("netns", "pids", namespace).split("\n").filter(Boolean)) kill(Number(inside));
    ip("netns", "delete", namespace);
  }
}

/** Ids of the processes that made namespaces of labs. */
export function namespaceOwners(): readonly number[] {
  return [...new Set(list().flatMap((name) => /^swlab-(\d+)-/.exec(name)?.[1] ?? []))].map(Number);
}

function list(): readonly string[] {
  return ip("netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name.startsWith(prefix));
}

/** Names of network cards have at most 15 characters. */
function portOf(name: string): string {
  return `p-${name}`.slice(0, 15);
}

function legPortOf(name: string, segment: string): string {
  return `${name}-${segment}`.slice(0, 15);
}

function bridgeOf(segment: string): string {
  return `b-${segment}`.slice(0, 15);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function ip(...args: readonly string[]): string {
  return run("ip", args);
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
