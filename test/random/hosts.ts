import type { Dice } from "./dice.ts";
import { type Json, ownerNames, someLabels } from "./inventory.ts";

export interface SegmentPlan {
  readonly name: string;
  /** The nth address in it. */
  readonly address: (index: number) => string;
  readonly prefixLength: number;
  readonly entry: Json;
}

export interface HostPlan {
  readonly name: string;
  readonly os: string;
  readonly managed: boolean;
  readonly segments: readonly string[];
  readonly entry: Json;
}

const networks = [
  { cidr: "192.0.2.0/24", address: (index: number) => `192.0.2.${index}`, prefixLength: 24 },
  { cidr: "198.51.100.0/24", address: (index: number) => `198.51.100.${index}`, prefixLength: 24 },
  { cidr: "2001:db8:1::/64", address: (index: number) => `2001:db8:1::${index.toString(16)}`, prefixLength: 64 },
  { cidr: "10.20.0.0/16", address: (index: number) => `10.20.3.${index}`, prefixLength: 16 },
  {
    cidr: "2001:DB8:0:2::/64",
    address: (index: number) => `2001:DB8:0:2:0:0:0:${index.toString(16)}`,
    prefixLength: 64,
  },
] as const;

/** Segments, IPv4 and IPv6, and 1 to 40 hosts with one leg or several. */
export function hostsSection(dice: Dice): {
  readonly segments: readonly SegmentPlan[];
  readonly hosts: readonly HostPlan[];
} {
  const segments = dice.some(networks, dice.int(1, 4)).map(({ cidr, address, prefixLength }, index): SegmentPlan => {
    const interfaces = dice.chance(0.8) ? { interface: dice.pick(["eth0", "ens18", "bond0.12"]) } : {};
    const reserved = dice.chance(0.3) ? { reserved_virtual_router_ids: [50, 7] } : {};
    return { name: `net-${index}`, address, prefixLength, entry: { cidr, ...interfaces, ...reserved } };
  });
  const count = dice.chance(0.2) ? dice.int(1, 3) : dice.int(4, 40);
  const hosts = Array.from({ length: count }, (_, index): HostPlan => {
    const legs = dice.some(segments, dice.chance(0.3) ? dice.int(1, 3) : 1);
    const [only] = legs;
    const place =
      legs.length === 1 && only !== undefined && dice.chance(0.8)
        ? { address: only.address(index + 10), segment: only.name }
        : { addresses: Object.fromEntries(legs.map((leg) => [leg.name, leg.address(index + 10)])) };
    const os = dice.chance(0.1) ? "windows" : dice.pick(["debian-12", "debian-12", "ubuntu-24.04", "rhel-9"]);
    const managed = !dice.chance(0.15);
    return {
      name: dice.pick(["h", "db", "web-eu-", "n0"]) + String(index),
      os,
      managed,
      segments: legs.map((leg) => leg.name),
      entry: {
        ...place,
        ...((os !== "debian-12" || dice.chance(0.2)) && { os }),
        ...(!managed && { managed }),
        ...(dice.chance(0.4) && { owner: dice.pick(ownerNames) }),
        ...(dice.chance(0.5) && { labels: someLabels(dice) }),
      },
    };
  });
  return { segments, hosts };
}
