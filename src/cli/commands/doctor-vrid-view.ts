import type { Cluster, Sender, TakenId } from "../../io/vrrp/clusters.ts";
import type { Comparison } from "../../io/vrrp/compare.ts";
import type { Heard } from "../../io/vrrp/listen.ts";
import { count } from "../output.ts";

/** The first line: how much was heard, and what it means where nothing was. */
export function headline(networkCard: string, { seconds }: Heard, taken: readonly TakenId[]): string {
  if (taken.length === 0)
    return `${networkCard}: heard nothing in ${seconds} s: no cluster sends multicast here with an interval below that; unicast clusters do not show here, except on their members`;
  return `${networkCard}: ${count(taken.length, "virtual router id")} in use, heard in ${seconds} s`;
}

/** An id with its clusters and their senders, to stdout. */
export function printTaken(id: TakenId, comparison: Comparison | undefined): void {
  const { vlans, family, virtualRouterId } = id;
  const where = vlans.length > 0 ? ` on VLAN ${vlans.join(".")}` : "";
  const whose = vlans.length > 0 || comparison === undefined ? "" : `  ${belonging(id, comparison)}`;
  process.stdout.write(`\nid ${virtualRouterId}${family === 6 ? " (IPv6)" : ""}${where}${whose}\n`);
  for (const cluster of id.clusters) printCluster(cluster);
}

function belonging(id: TakenId, { ours, contested, segment, toReserve }: Comparison): string {
  const vip = ours.get(id);
  if (vip !== undefined && contested.has(id)) return `ours (virtual_ips.${vip}), and used by others too`;
  if (vip !== undefined) return `ours: virtual_ips.${vip}`;
  return toReserve.includes(id.virtualRouterId)
    ? `not ours, and not reserved on segment ${segment}`
    : `not ours; reserved on segment ${segment}`;
}

function printCluster({ addresses, senders }: Cluster): void {
  process.stdout.write(`  ${addresses.length === 0 ? "no address" : addresses.join(", ")}\n`);
  for (const sender of senders) process.stdout.write(`    ${senderLine(sender)}\n`);
}

function senderLine({ address, priority, intervalMs, version, adverts }: Sender): string {
  const standing = priority === 0 ? "gave it up (priority 0)" : `priority ${priority}`;
  return `from ${address}: ${standing}, every ${intervalMs / 1000} s, VRRPv${version}, ${count(adverts, "advert")}`;
}

/** What is wrong with an id, why, and what to do; nothing where it is fine. */
export function printVerdict({ verdict, clusters }: TakenId, free: readonly number[]): void {
  const lines = linesOn(verdict, clusters, free[0]);
  if (lines.length > 0) process.stdout.write(`${lines.map((line) => `  ${line}`).join("\n")}\n`);
}

function linesOn(
  verdict: TakenId["verdict"],
  clusters: readonly Cluster[],
  free: number | undefined,
): readonly string[] {
  const senders = clusters.flatMap((cluster) => cluster.senders);
  switch (verdict) {
    case "one":
      return [];
    case "election":
      return [`the address moved from ${senders[0]?.address} to ${senders.at(-1)?.address} meanwhile: an election`];
    case "split-brain":
      return [
        `WRONG: split brain: ${senders.length} members send beside each other, so each holds the address`,
        "fix: let the members hear each other: protocol 112 through packet filters, multicast or unicast on all of them, the same authentication",
      ];
    case "different-lists":
      return [
        "WRONG: members of one cluster speak for different addresses and drop each other's adverts",
        "fix: give all members the same list of addresses, and reload keepalived on each",
      ];
    case "collision":
      return [
        `WRONG: collision: ${clusters.length} clusters use this id; their standbys miss adverts and take the address for moments`,
        `fix: give one of them another id${free === undefined ? "" : `, for example ${free}`}, on all of its members`,
      ];
  }
}
