import type { Dice } from "./dice.ts";
import type { HostPlan, SegmentPlan } from "./hosts.ts";
import type { Json } from "./inventory.ts";
import type { ServicePlan } from "./services.ts";

/** Virtual IPs for services on two hosts or more that share a segment. An nginx service with sites gets one at most. */
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
  return services.flatMap(({ name, active }, index) => {
    const shared = segments.filter((segment) => active.every((host) => legs.get(host)?.includes(segment.name)));
    if (active.length < 2 || shared.length === 0 || !dice.chance(0.5)) return [];
    const segment = dice.pick(shared);
    const entry = {
      address: `${segment.address(200 + index)}/${segment.prefixLength}`,
      service: name,
      priority: dice.shuffle(active),
      ...(dice.chance(0.7) && { virtual_router_id: 100 + index }),
      ...(dice.chance(0.5) && { preempt: true, advert_interval: dice.pick(["1s", "200ms"]) }),
    };
    return [[`vip-${name}`, entry] as const];
  });
}
