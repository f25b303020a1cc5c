import { spawnSync } from "node:child_process";
import { z } from "zod";
import type { Model } from "../../../../src/model/model.ts";
import { addLeg, addSegment } from "../namespaces.ts";

/** A network card of a host. */
export interface Leg {
  readonly segment: string;
  readonly address: string;
  /** Name of the network card. */
  readonly interface: string;
}

/** Legs of a host of the model; throws where its segment names no interface. */
export function legsOf(model: Model, host: string): readonly Leg[] {
  return (model.hosts.get(host)?.legs ?? []).map(({ segment, address }) => {
    const card = model.segments.get(segment)?.interface;
    if (card === undefined) throw new Error(`segment ${segment} names no interface`);
    return { segment, address, interface: card };
  });
}

/** A bridge for each segment. */
export function addSegments(model: Model): void {
  for (const name of model.segments.keys()) addSegment(name);
}

/** A namespace with its cards, each wired to the bridge of its segment. Gives the namespace's name. */
export function addHost(name: string, legs: readonly Leg[]): string {
  let namespace = "";
  for (const leg of legs) namespace = addLeg({ name, ...leg, prefix: 24 });
  return namespace;
}

const addressList = z.array(z.object({ addr_info: z.array(z.object({ local: z.string() }).partial()) }).partial());

/** All addresses that are really on the cards of a namespace. */
export function addressesIn(namespace: string): readonly string[] {
  const shown = addressList.parse(JSON.parse(ip("-n", namespace, "-j", "addr", "show")));
  return shown.flatMap(({ addr_info: all = [] }) => all.flatMap(({ local }) => local ?? []));
}

/** Lets nothing pass from one host to an address any more, while the other direction stays open: frames go to nobody's MAC. */
export function blockTowards(namespace: string, networkCard: string, address: string): void {
  ip(
    "-n",
    namespace,
    "neigh",
    "replace",
    address,
    "lladdr",
    "02:00:00:00:00:fe",
    "nud",
    "permanent",
    "dev",
    networkCard,
  );
}

/** Takes `blockTowards` back. */
export function unblockTowards(namespace: string, networkCard: string, address: string): void {
  ip("-n", namespace, "neigh", "del", address, "dev", networkCard);
}

/** Switches a network card of a host on or off, from inside it. */
export function setCard(namespace: string, networkCard: string, state: "up" | "down"): void {
  ip("-n", namespace, "link", "set", networkCard, state);
}

function ip(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
