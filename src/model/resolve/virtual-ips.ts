import type { Inventory } from "../../inventory/schema/index.ts";
import type { Resolution } from "../context.ts";
import { contains, type Network, parseNetwork } from "../ip.ts";
import type { Host, Segment, Service, VirtualIp } from "../model.ts";
import { parseDuration } from "../units.ts";
import { networkOf } from "./hosts.ts";

interface Around {
  readonly segments: ReadonlyMap<string, Segment>;
  /** Undefined for a segment that is wrong itself. */
  readonly networks: ReadonlyMap<Segment, Network | undefined>;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly services: ReadonlyMap<string, Service>;
  readonly resolution: Resolution;
}

type Entry = Inventory["virtual_ips"][string];

/** Virtual IPs by name. VRIDs that are left out are given after the written ones, in the order of names. */
export function resolveVirtualIps(
  inventory: Inventory,
  known: Omit<Around, "networks">,
): ReadonlyMap<string, VirtualIp> {
  const networks = new Map([...known.segments.values()].map((segment) => [segment, networkOf(segment)]));
  const around = { ...known, networks };
  const placed = new Map<
    string,
    Omit<VirtualIp, "virtualRouterId" | "pinned"> & { readonly written: number | undefined }
  >();
  for (const [name, entry] of Object.entries(inventory.virtual_ips)) {
    const vip = place(name, entry, around);
    if (vip !== undefined) placed.set(name, vip);
  }
  const given = giveRouterIds([...placed.values()], around);
  const result = new Map<string, VirtualIp>();
  for (const [name, { written, ...vip }] of placed)
    result.set(name, { ...vip, virtualRouterId: written ?? given.get(name) ?? 1, pinned: written !== undefined });
  return result;
}

function place(name: string, entry: Entry, around: Around) {
  const { resolution, services } = around;
  const source = ["virtual_ips", name];
  const service = resolution.lookup(entry.service, services, {
    section: "services",
    path: [...source, "service"],
    subject: `virtual IP "${name}" belongs to service`,
  });
  const network = parseNetwork(entry.address);
  if (network === undefined) {
    resolution.report(
      "invalid-value",
      [...source, "address"],
      `address is "${entry.address}", which is not an address with its prefix length`,
      { hint: "write it as in 192.0.2.100/24" },
    );
    return undefined;
  }
  const segment = segmentOf(name, entry, around);
  if (service === undefined || segment === undefined) return undefined;
  return {
    name,
    address: entry.address.slice(0, entry.address.indexOf("/")),
    prefixLength: network.prefixLength,
    service: service.name,
    segment,
    written: entry.virtual_router_id,
    priority: priorityOf(name, entry, service, resolution),
    writtenPriority: entry.priority ?? [],
    advertIntervalMs: parseDuration(entry.advert_interval),
    preempt: entry.preempt,
    source,
  };
}

function segmentOf(name: string, entry: Entry, { segments, networks, resolution }: Around): string | undefined {
  const path = ["virtual_ips", name];
  const network = parseNetwork(entry.address);
  if (network === undefined) return undefined;
  const fitting = [...segments.values()].filter((segment) => {
    const own = networks.get(segment);
    return own !== undefined && contains(own, network);
  });
  if (entry.segment !== undefined) {
    const chosen = resolution.lookup(entry.segment, segments, {
      section: "segments",
      path: [...path, "segment"],
      subject: `virtual IP "${name}" is on segment`,
    });
    if (chosen !== undefined && !fitting.includes(chosen))
      resolution.report(
        "virtual-ip-outside-segment",
        [...path, "address"],
        `address ${entry.address} of virtual IP "${name}" is not in ${chosen.cidr} of segment ${chosen.name}`,
        {
          hint: `write an address in ${chosen.cidr}, or name the segment that it is on`,
        },
      );
    return chosen?.name;
  }
  // Where a segment itself is wrong, the address may well be in it.
  if (fitting.length === 0 && [...networks.values()].every((own) => own !== undefined))
    resolution.report(
      "virtual-ip-outside-segment",
      [...path, "address"],
      `address ${entry.address} of virtual IP "${name}" is in no segment`,
      {
        hint: "write an address inside the cidr of one of the segments",
      },
    );
  // Where it fits several, their networks overlap, which is told of the segments.
  return fitting[0]?.name;
}

/** The written order; hosts of the service by their order in the inventory where none is written. Spares never take an address. */
function priorityOf(name: string, entry: Entry, service: Service, resolution: Resolution): readonly string[] {
  const members = service.instances.filter((instance) => !instance.spare).map((instance) => instance.host.name);
  if (entry.priority === undefined) return members;
  const path = ["virtual_ips", name, "priority"];
  const all = service.instances.map((instance) => instance.host.name);
  for (const [index, host] of entry.priority.entries()) {
    if (!all.includes(host))
      resolution.report(
        "virtual-ip-priority",
        [...path, index],
        `priority of virtual IP "${name}" names ${host}, on which service ${service.name} does not run`,
        {
          hint: `write hosts of ${service.name}: ${members.join(", ")}`,
        },
      );
    else if (entry.priority.indexOf(host) !== index)
      resolution.report(
        "virtual-ip-priority",
        [...path, index],
        `priority of virtual IP "${name}" names ${host} twice`,
        { hint: "remove one of them" },
      );
  }
  const left = members.filter((host) => entry.priority?.includes(host) === false);
  const isMisnamed = entry.priority.some((host) => !all.includes(host));
  if (left.length > 0 && !isMisnamed)
    resolution.report(
      "virtual-ip-priority",
      path,
      `priority of virtual IP "${name}" leaves out ${left.join(", ")} of service ${service.name}`,
      {
        hint: `add ${left.join(", ")} at the place that it should have`,
      },
    );
  return [...new Set(entry.priority.filter((host) => members.includes(host))), ...left];
}

/** A VRID for each virtual IP without one: a hash of its name, moved to the next that is free on the segment. */
function giveRouterIds(
  vips: readonly { readonly name: string; readonly segment: string; readonly written: number | undefined }[],
  { segments }: Around,
): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  const taken = new Map<string, Set<number>>();
  for (const [name, segment] of segments) taken.set(name, new Set(segment.reservedVirtualRouterIds));
  for (const vip of vips) if (vip.written !== undefined) taken.get(vip.segment)?.add(vip.written);
  for (const vip of [...vips].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (vip.written !== undefined) continue;
    const used = taken.get(vip.segment) ?? new Set();
    let id = (fnv1a(vip.name) % 255) + 1;
    for (let tries = 0; used.has(id) && tries < 255; tries++) id = (id % 255) + 1;
    used.add(id);
    given.set(vip.name, id);
  }
  return given;
}

/** FNV-1a, 32 bit: the same on every machine. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
