import { type Problem, problem } from "../../diagnostics/problem.ts";
import { type Network, parseNetwork } from "../ip.ts";
import type { Segment } from "../model.ts";
import type { Checked } from "./index.ts";

/**
 * No two segments whose networks overlap: a host looks on its own leg for every address of the network, so that it does
 * not find those that are on the other segment; and a VRID that is free on one may be taken on the other.
 */
export function checkNetworks({ model }: Checked): readonly Problem[] {
  const ranges = [...model.segments.values()].flatMap((segment, order) => rangeOf(segment, order) ?? []);
  const sorted = ranges.toSorted((a, b) => a.family - b.family || compare(a.first, b.first) || compare(b.last, a.last));
  const problems: Problem[] = [];
  // Of two networks one holds the other, or they have nothing in common: the widest one so far is enough to look at.
  let around: Range | undefined;
  for (const range of sorted) {
    if (around === undefined || around.family !== range.family || around.last < range.first) around = range;
    else problems.push(overlap(around, range));
  }
  return problems;
}

interface Range {
  readonly segment: Segment;
  readonly order: number;
  readonly family: Network["family"];
  readonly first: bigint;
  readonly last: bigint;
}

function rangeOf(segment: Segment, order: number): Range | undefined {
  const network = parseNetwork(segment.cidr);
  if (network === undefined) return undefined;
  const hostBits = BigInt((network.family === 4 ? 32 : 128) - network.prefixLength);
  const first = (network.value >> hostBits) << hostBits;
  return { segment, order, family: network.family, first, last: first + (1n << hostBits) - 1n };
}

function overlap(one: Range, other: Range): Problem {
  const [earlier, later] = one.order < other.order ? [one, other] : [other, one];
  return problem(
    "duplicate-address",
    [...later.segment.source, "cidr"],
    `cidr ${later.segment.cidr} of segment "${later.segment.name}" overlaps with ${earlier.segment.cidr} of segment "${earlier.segment.name}" ({line})`,
    {
      mentions: [...earlier.segment.source, "cidr"],
      hint: "write the network that each of them really has, or make one segment of them",
    },
  );
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
