import type { Observations, ServerState } from "../asking/observer.ts";
import { type InventoryState, isCurrent } from "../inventory/keeper.ts";
import type { ServiceFacts, VirtualIpFacts } from "../inventory/snapshot.ts";
import { generatedAt } from "../metrics/own.ts";
import type { StoreState } from "../store/protocol.ts";

/** How a thing is: unknown is neither well nor ill. */
export type Level = "good" | "warning" | "bad" | "unknown";

/** Everything that the page says, without its looks. */
export interface Status {
  readonly nowMs: number;
  readonly version: string;
  readonly startedMs: number;
  readonly inventory: InventoryState;
  readonly isCurrent: boolean;
  /** Of the files that say who may ask. */
  readonly accessFailure: string | undefined;
  /** Services with targets, those with missing ones first. */
  readonly services: readonly ServiceStatus[];
  readonly expected: number;
  /** Undefined while no Prometheus answers. */
  readonly seen: number | undefined;
  readonly virtualIps: readonly VirtualIpStatus[];
  readonly generatedMs: number | undefined;
  /** Whether the tree was made from the inventory as it is. */
  readonly isGenerated: boolean;
  readonly servers: readonly ServerState[];
  readonly observedBy: { readonly name: string; readonly atMs: number } | undefined;
  /** Of traces and log lines; left out where it is turned off. */
  readonly store?: StoreState | undefined;
}

export interface ServiceStatus extends ServiceFacts {
  readonly level: Level;
  readonly seen: number | undefined;
  /** Targets that Prometheus does not know at all. */
  readonly strangers: number;
  /** Some instances that do not answer. */
  readonly down: readonly string[];
}

export interface VirtualIpStatus extends VirtualIpFacts {
  readonly level: Level;
  readonly holders: readonly string[];
  /** Members that say nothing, so that they could hold it. */
  readonly silent: readonly string[];
}

/** Puts together what is known. Pure: the same sources and time give the same status. */
export function statusOf(
  inventory: InventoryState,
  observations: Observations,
  about: Pick<Status, "nowMs" | "version" | "startedMs" | "accessFailure" | "store">,
): Status {
  const { latest, servers } = observations;
  const all = (inventory.facts?.services ?? []).filter(({ expected }) => expected > 0);
  const services = all.map((service) => serviceStatus(service, latest)).toSorted(worstFirst);
  return {
    ...about,
    inventory,
    isCurrent: isCurrent(inventory),
    services,
    expected: services.reduce((sum, { expected }) => sum + expected, 0),
    seen: latest === undefined ? undefined : services.reduce((sum, { seen = 0 }) => sum + seen, 0),
    virtualIps: (inventory.facts?.virtualIps ?? []).map((vip) => virtualIpStatus(vip, latest)),
    generatedMs: generatedAt(inventory),
    isGenerated: inventory.generation?.inventory === inventory.digest,
    servers,
    observedBy: latest === undefined ? undefined : { name: latest.by, atMs: latest.atMs },
  };
}

function serviceStatus(service: ServiceFacts, latest: Observations["latest"]): ServiceStatus {
  if (latest === undefined) return { ...service, level: "unknown", seen: undefined, strangers: 0, down: [] };
  const seen = latest.seen.get(service.name) ?? 0;
  const known = latest.known.get(service.name) ?? 0;
  return {
    ...service,
    level: seen >= service.expected ? "good" : seen === 0 ? "bad" : "warning",
    seen,
    strangers: Math.max(0, service.expected - known),
    down: latest.down.get(service.name) ?? [],
  };
}

function virtualIpStatus(vip: VirtualIpFacts, latest: Observations["latest"]): VirtualIpStatus {
  const said = latest?.held.get(vip.name);
  const holders = vip.members.filter((member) => said?.get(member) === true);
  const silent = vip.members.filter((member) => said?.get(member) === undefined);
  const none = silent.length > 0 ? "unknown" : "bad";
  const level =
    holders.length > 1 ? "bad" : holders.length === 0 ? none : holders[0] === vip.members[0] ? "good" : "warning";
  return { ...vip, level, holders, silent };
}

const order: Readonly<Record<Level, number>> = { bad: 0, warning: 1, unknown: 2, good: 2 };

function worstFirst(a: ServiceStatus, b: ServiceStatus): number {
  return order[a.level] - order[b.level] || (a.name < b.name ? -1 : 1);
}
