import type { Inventory } from "../../inventory/schema/index.ts";
import type { Resolution } from "../context.ts";
import { contains, type Network, parseIp, parseNetwork, specialAddress } from "../ip.ts";
import type { Host, Segment } from "../model.ts";

/** Segments by name; a CIDR that cannot be is reported. */
export function resolveSegments(inventory: Inventory, resolution: Resolution): ReadonlyMap<string, Segment> {
  const segments = new Map<string, Segment>();
  for (const [name, entry] of Object.entries(inventory.segments)) {
    const source = ["segments", name];
    if (parseNetwork(entry.cidr) === undefined)
      resolution.report("invalid-value", [...source, "cidr"], `cidr is "${entry.cidr}", which is not a network`, {
        hint: "write address/prefix length, for example 192.0.2.0/24",
      });
    segments.set(name, {
      name,
      cidr: entry.cidr,
      interface: entry.interface,
      reservedVirtualRouterIds: entry.reserved_virtual_router_ids,
      source,
    });
  }
  return segments;
}

/** Every host of a segment asks for its network. */
const networks = new WeakMap<Segment, { readonly network: Network | undefined }>();

/** The network of a segment, where its CIDR is one. */
export function networkOf(segment: Segment | undefined): Network | undefined {
  if (segment === undefined) return undefined;
  const known = networks.get(segment) ?? { network: parseNetwork(segment.cidr) };
  networks.set(segment, known);
  return known.network;
}

/** Hosts by name, with their legs in order. */
export function resolveHosts(
  inventory: Inventory,
  segments: ReadonlyMap<string, Segment>,
  resolution: Resolution,
): ReadonlyMap<string, Host> {
  const hosts = new Map<string, Host>();
  for (const [name, entry] of Object.entries(inventory.hosts)) {
    const source = ["hosts", name];
    const legs = legsOf(name, entry, segments, resolution);
    hosts.set(name, {
      name,
      legs,
      os: entry.os,
      owner: entry.owner ?? inventory.default_owner,
      labels: entry.labels,
      managed: entry.managed,
      source,
    });
  }
  return hosts;
}

function legsOf(
  name: string,
  entry: Inventory["hosts"][string],
  segments: ReadonlyMap<string, Segment>,
  resolution: Resolution,
): Host["legs"] {
  const source = ["hosts", name];
  const written = Object.entries(entry.addresses ?? {}).map(([segment, address]) => ({
    segment,
    address,
    at: [...source, "addresses", segment],
    keyAt: [...source, "addresses", segment],
  }));
  if (entry.address !== undefined) {
    if (written.length > 0)
      resolution.report("invalid-value", [...source, "address"], `host "${name}" has both address and addresses`, {
        at: "key",
        hint: "move the address into addresses, under the name of its segment",
      });
    if (entry.segment === undefined)
      resolution.report("missing-key", source, `host "${name}" has an address but no segment`, {
        at: "parent",
        hint:
          segments.size === 0
            ? "add segment: lan, and segments: { lan: { cidr: … } } with the network of its addresses"
            : `add segment with a name from segments: ${[...segments.keys()].slice(0, 8).join(", ")}`,
      });
    else
      written.push({
        segment: entry.segment,
        address: entry.address,
        at: [...source, "address"],
        keyAt: [...source, "segment"],
      });
  } else if (written.length > 0) {
    if (entry.segment !== undefined)
      resolution.report("invalid-value", [...source, "segment"], `host "${name}" has both segment and addresses`, {
        at: "key",
        hint: "remove segment: the keys of addresses are the segments",
      });
  } else {
    resolution.report("missing-key", source, `host "${name}" has no address`, {
      at: "parent",
      hint: "add address and segment, or addresses with one entry for each segment",
    });
  }
  for (const leg of written) checkLeg(name, leg, segments, resolution);
  return written.map(({ segment, address, at }) => ({ segment, address, source: at }));
}

function checkLeg(
  host: string,
  leg: {
    readonly segment: string;
    readonly address: string;
    readonly at: readonly string[];
    readonly keyAt: readonly string[];
  },
  segments: ReadonlyMap<string, Segment>,
  resolution: Resolution,
): void {
  const segment = resolution.lookup(leg.segment, segments, {
    section: "segments",
    path: leg.keyAt,
    at: leg.keyAt.at(-1) === "segment" ? "value" : "key",
    subject: `host "${host}" is on segment`,
    fix: `add ${leg.segment} under segments with a cidr`,
  });
  const ip = parseIp(leg.address);
  if (ip === undefined) {
    resolution.report("invalid-value", leg.at, `address is "${leg.address}", which is not an IP address`, {
      hint: "write an address such as 192.0.2.10",
    });
    return;
  }
  const network = networkOf(segment);
  if (segment === undefined || network === undefined) return;
  const special = specialAddress(network, ip);
  if (special !== undefined)
    resolution.report(
      "invalid-value",
      leg.at,
      `address ${leg.address} of host "${host}" is the ${special} address of ${segment.cidr}`,
      {
        hint: `write another address in ${segment.cidr}`,
      },
    );
  if (!contains(network, ip))
    resolution.report(
      "address-outside-segment",
      leg.at,
      `address ${leg.address} of host "${host}" is not in ${segment.cidr} of segment ${segment.name}`,
      {
        hint: `write an address in ${segment.cidr}, or name the segment that it is on`,
      },
    );
}
