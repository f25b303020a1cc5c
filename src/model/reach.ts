import type { Host } from "./model.ts";

/**
 * The address under which one host reaches another: on the first segment of the asking host that the asked one has a
 * leg on too, else the asked host's first leg. A host reaches itself on its first leg.
 */
export function addressFrom(asking: Pick<Host, "legs">, asked: Pick<Host, "name" | "legs">): string {
  for (const { segment } of asking.legs) {
    const shared = asked.legs.find((leg) => leg.segment === segment);
    if (shared !== undefined) return shared.address;
  }
  const [first] = asked.legs;
  if (first === undefined) throw new Error(`host ${asked.name} has no address`);
  return first.address;
}
