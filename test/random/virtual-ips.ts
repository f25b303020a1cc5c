import type { Dice } from "./dice.ts";
import type { HostPlan, SegmentPlan } from "./hosts.ts";
import type { Json } from "./inventory.ts";
import type { ServicePlan } from "./services.ts";

/**
 * Virtual IPs for services on two hosts or more that share a segment whose interface is known: one or two each, IPv4 and
 * IPv6. An nginx service with sites gets one at most.
 */
export function virtualIpsSection(
  dice: Dice,
  {
    segments,
    hosts,
    services,
  }: {
    readonly segments: readonly SegmentPlan[];
    readonly hosts: readonly HostPlan[];
    readonly services: readonly ServicePlan[];
  },
): readonly (readonly [string, Json])[] {
  const legs = new Map(hosts.map((host) => [host.name, host.segments]));
  return services.flatMap(({ name, kind, active, entry: written }, index) => {
    const shared = segments.filter(
      (segment) =>
        segment.entry["interface"] !== undefined && active.every((host) => legs.get(host)?.includes(segment.name)),
    );
    if (active.length < 2 || shared.length === 0 || !dice.chance(0.5)) return [];
    const count = kind !== "nginx" && dice.chance(0.3) ? 2 : 1;
    return Array.from({ length: count }, (_, copy) => {
      const segment = dice.pick(shared);
      const entry = {
        address: `${segment.address((copy === 0 ? 200 : 130) + index)}/${segment.prefixLength}`,
        service: name,
        // Left out, the order of the hosts is the priority: that of a list, since a map's keys may come in any order.
        ...(Array.isArray(written["hosts"]) && dice.chance(0.2) ? {} : { priority: dice.shuffle(active) }),
        ...(dice.chance(0.7) && { virtual_router_id: (copy === 0 ? 100 : 180) + index }),
        ...(dice.chance(0.5) && { preempt: true, advert_interval: dice.pick(["1s", "200ms", "10ms", "40s950ms"]) }),
      };
      return [copy === 0 ? `vip-${name}` : `${name}-2`, entry] as const;
    });
  });
}
