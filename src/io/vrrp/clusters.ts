import type { Advert } from "./advert.ts";

/** One sender of adverts, by its last word. */
export interface Sender {
  readonly address: string;
  /** 0 where it gave the address up. */
  readonly priority: number;
  readonly intervalMs: number;
  readonly version: 2 | 3;
  readonly adverts: number;
}

/** Senders that speak for the same addresses: the members of one cluster. */
export interface Cluster {
  readonly addresses: readonly string[];
  /** In the order in which they were first heard. */
  readonly senders: readonly Sender[];
}

/**
 * What a virtual router id is on a segment:
 * - `one`: one cluster, one master.
 * - `election`: one cluster whose address went from one member to another while we listened.
 * - `split-brain`: one cluster, several members that send on beside each other.
 * - `different-lists`: members that speak for different addresses and share some: one was changed without the others.
 * - `collision`: two clusters that have nothing in common.
 */
export type Verdict = "one" | "election" | "split-brain" | "different-lists" | "collision";

/** A virtual router id that is in use. Ids of IPv4 and of IPv6 are apart, and so are VLANs. */
export interface TakenId {
  readonly vlans: readonly number[];
  readonly family: 4 | 6;
  readonly virtualRouterId: number;
  readonly clusters: readonly Cluster[];
  readonly verdict: Verdict;
}

/** Sorts adverts into ids, clusters and senders, and judges each id. By VLAN, family and id. */
export function judge(adverts: readonly Advert[]): readonly TakenId[] {
  const groups = Map.groupBy(adverts, ({ vlans, family, virtualRouterId }) =>
    [vlans.length, ...vlans, family, virtualRouterId].map((part) => String(part).padStart(4, "0")).join(" "),
  );
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => taken(group));
}

function taken(adverts: readonly Advert[]): readonly TakenId[] {
  const ordered = adverts.toSorted((a, b) => a.atMs - b.atMs);
  const [first] = ordered;
  if (first === undefined) return [];
  const senders = [...Map.groupBy(ordered, ({ source }) => source).values()].flatMap(senderOf);
  // A sender belongs where its last advert says: a reload may change its addresses while we listen.
  const clusters = [...Map.groupBy(senders, ({ addresses }) => addresses.join(" ")).values()].map((members) => ({
    addresses: members[0]?.addresses ?? [],
    senders: members.map(({ sender }) => sender),
  }));
  const { vlans, family, virtualRouterId } = first;
  return [{ vlans, family, virtualRouterId, clusters, verdict: verdictOn(clusters, ordered) }];
}

function senderOf(
  adverts: readonly Advert[],
): readonly { readonly addresses: readonly string[]; readonly sender: Sender }[] {
  const last = adverts.at(-1);
  if (last === undefined) return [];
  const { source, priority, intervalMs, version, addresses } = last;
  return [{ addresses, sender: { address: source, priority, intervalMs, version, adverts: adverts.length } }];
}

function verdictOn(clusters: readonly Cluster[], adverts: readonly Advert[]): Verdict {
  if (clusters.length > 1) {
    const all = clusters.flatMap(({ addresses }) => addresses);
    return new Set(all).size < all.length ? "different-lists" : "collision";
  }
  if ((clusters[0]?.senders.length ?? 0) < 2) return "one";
  return timesBesideEachOther(adverts) > mostInAMove ? "split-brain" : "election";
}

/** When the address moves, the old master sends once or twice more before it has heard the new one. */
const mostInAMove = 2;

/** How often a sender went on as if it had not heard another one that sent in between. */
function timesBesideEachOther(adverts: readonly Advert[]): number {
  const lastOf = new Map<string, Advert>();
  let previous: Advert | undefined;
  let times = 0;
  for (const advert of adverts) {
    const own = lastOf.get(advert.source);
    const wasInterrupted = own !== undefined && previous !== own;
    if (wasInterrupted && advert.atMs - own.atMs < 1.5 * advert.intervalMs) times += 1;
    lastOf.set(advert.source, advert);
    previous = advert;
  }
  return times;
}

/** Whether something has to be done about an id. */
export function isWrong(verdict: Verdict): boolean {
  return verdict === "split-brain" || verdict === "different-lists" || verdict === "collision";
}
