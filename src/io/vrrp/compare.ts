import { type Problem, problem } from "../../diagnostics/problem.ts";
import { contains, parseIp, parseNetwork } from "../../model/ip.ts";
import type { Model, Segment, VirtualIp } from "../../model/model.ts";
import type { Cluster, TakenId } from "./clusters.ts";

/** What an inventory says about the ids that were heard on one of its segments. */
export interface Comparison {
  readonly segment: string;
  /** Name of the virtual IP behind an id that is ours. */
  readonly ours: ReadonlyMap<TakenId, string>;
  /** Those of ours that somebody else uses too. */
  readonly contested: ReadonlySet<TakenId>;
  /** Ids of others that the segment does not reserve yet. */
  readonly toReserve: readonly number[];
  /** Ids of others under which one of ours stands too. */
  readonly problems: readonly Problem[];
}

/**
 * The segment that an interface is on: the one that has one of its addresses, else the only one that names it. Undefined
 * where the inventory does not tell.
 */
export function segmentOf(
  { segments }: Pick<Model, "segments">,
  networkCard: string,
  addresses: readonly string[],
): Segment | undefined {
  const own = addresses.flatMap((address) => parseIp(address) ?? []);
  const all = [...segments.values()];
  const around = all.filter(({ cidr }) => {
    const network = parseNetwork(cidr);
    return network !== undefined && own.some((ip) => contains(network, ip));
  });
  const named = all.filter((segment) => segment.interface === networkCard);
  const both = around.filter((segment) => named.includes(segment));
  return [both, around, named].find((found) => found.length === 1)?.[0];
}

/** Sets what was heard against the virtual IPs of a segment. Frames with VLAN tags are of other segments: they are left out. */
export function compare(model: Model, segment: Segment, taken: readonly TakenId[]): Comparison {
  const vips = [...model.virtualIps.values()].filter((vip) => vip.segment === segment.name);
  const here = taken.filter(({ vlans }) => vlans.length === 0);
  const ours = new Map<TakenId, string>();
  const problems: Problem[] = [];
  const contested = new Set<TakenId>();
  const foreign = new Set<number>();
  const free = freeIds(taken, { segment, vips })[0] ?? 1;
  for (const id of here) {
    const vip = vips.find(
      ({ virtualRouterId, address }) =>
        virtualRouterId === id.virtualRouterId && parseIp(address)?.family === id.family,
    );
    const members = new Set(addressesOf(model, segment, vip));
    const strangers = id.clusters.filter((cluster) => vip === undefined || !isOurs(cluster, vip, members));
    if (vip !== undefined) ours.set(id, vip.name);
    if (strangers.length === 0) continue;
    if (vip === undefined) foreign.add(id.virtualRouterId);
    else {
      contested.add(id);
      problems.push(collision(vip, segment, strangers, free));
    }
  }
  return {
    segment: segment.name,
    ours,
    contested,
    toReserve: [...foreign].filter((id) => !segment.reservedVirtualRouterIds.includes(id)).toSorted((a, b) => a - b),
    problems,
  };
}

/** The next ids that nobody was heard with, that no virtual IP has and that nobody reserved; at most `most`. */
export function freeIds(
  taken: readonly TakenId[],
  known?: { readonly segment: Segment; readonly vips: readonly VirtualIp[] },
  most = 3,
): readonly number[] {
  const used = new Set([
    ...taken.map(({ virtualRouterId }) => virtualRouterId),
    ...(known?.vips.map(({ virtualRouterId }) => virtualRouterId) ?? []),
    ...(known?.segment.reservedVirtualRouterIds ?? []),
  ]);
  const after = Math.max(0, ...used);
  const all = Array.from({ length: 255 }, (_, index) => ((after + index) % 255) + 1);
  return all.filter((id) => !used.has(id)).slice(0, most);
}

function addressesOf(model: Model, segment: Segment, vip: VirtualIp | undefined): readonly string[] {
  return (vip?.priority ?? [])
    .flatMap((host) => model.hosts.get(host)?.legs ?? [])
    .filter((leg) => leg.segment === segment.name)
    .map(({ address }) => address);
}

/** IPv6 adverts come from the link-local address of a host, which no inventory has: there the virtual IP alone tells. */
function isOurs({ addresses, senders }: Cluster, vip: VirtualIp, members: ReadonlySet<string>): boolean {
  return (
    addresses.some((address) => isSame(address, vip.address)) &&
    senders.every(({ address }) => address.startsWith("fe80:") || [...members].some((own) => isSame(own, address)))
  );
}

function isSame(a: string, b: string): boolean {
  return parseIp(a)?.value === parseIp(b)?.value;
}

function collision(vip: VirtualIp, segment: Segment, strangers: readonly Cluster[], free: number): Problem {
  const id = vip.virtualRouterId;
  const who = strangers
    .map(({ addresses, senders }) => `${senders.map(({ address }) => address).join(", ")} for ${addresses.join(", ")}`)
    .join("; ");
  const reserved = [...new Set([...segment.reservedVirtualRouterIds, id])].toSorted((a, b) => a - b);
  return problem(
    "virtual-router-id-collision",
    vip.pinned ? [...vip.source, "virtual_router_id"] : vip.source,
    `virtual_router_id ${id} on segment ${segment.name} is also used by a cluster that the inventory does not know: ${who}`,
    {
      at: vip.pinned ? "value" : "key",
      hint: `write virtual_router_id: ${free} here, and reserved_virtual_router_ids: [${reserved.join(", ")}] under segments.${segment.name}`,
    },
  );
}
