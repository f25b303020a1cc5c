import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, VirtualIp } from "../model.ts";
import type { Checked } from "./index.ts";

/** Every virtual IP can move, its VRID is its own on the segment, and keepalived can do what is asked of it. */
export function checkVirtualIps({ model }: Checked): readonly Problem[] {
  return [
    ...[...model.virtualIps.values()].flatMap((vip) => [
      ...routerId(model, vip),
      ...members(model, vip),
      ...advertInterval(vip),
    ]),
    ...interfaces(model),
  ];
}

/** What a member's place in `priority` becomes: 254 and less, each once. */
const mostMembers = 254;

/** VRRP version 3 counts hundredths of a second, in twelve bits. */
function advertInterval({ name, advertIntervalMs, source }: VirtualIp): readonly Problem[] {
  if (advertIntervalMs % 10 === 0 && advertIntervalMs >= 10 && advertIntervalMs <= 40_950) return [];
  return [
    problem(
      "invalid-value",
      [...source, "advert_interval"],
      `advert_interval of virtual IP "${name}" is not between 10ms and 40s950ms in steps of 10ms`,
      { hint: "write 1s, or 200ms for a faster failover" },
    ),
  ];
}

/** keepalived is told the interface of each virtual IP. */
function interfaces(model: Model): readonly Problem[] {
  return [...model.segments.values()].flatMap((segment) => {
    if (segment.interface !== undefined) return [];
    const vip = [...model.virtualIps.values()].find((each) => each.segment === segment.name);
    const hosts = (vip?.priority ?? []).filter((name) => model.hosts.get(name)?.managed === true);
    if (vip === undefined || hosts.length === 0) return [];
    return [
      problem(
        "missing-key",
        segment.source,
        `segment "${segment.name}" has no interface, so virtual IP "${vip.name}" cannot be put on ${hosts.join(" and ")}`,
        { at: "parent", hint: `add interface: eth0, or what it is called on ${hosts.join(" and ")}` },
      ),
    ];
  });
}

function routerId(model: Model, vip: VirtualIp): readonly Problem[] {
  const segment = model.segments.get(vip.segment);
  const path = [...vip.source, "virtual_router_id"];
  if (!vip.pinned && isTaken(model, vip))
    return [
      problem(
        "virtual-router-id-collision",
        vip.source,
        `virtual IP "${vip.name}" has no virtual_router_id, and none of the 255 is free on segment ${vip.segment}`,
        { at: "key", hint: "put some of the virtual IPs on another segment" },
      ),
    ];
  if (!vip.pinned)
    return [
      problem(
        "virtual-router-id-unpinned",
        vip.source,
        `virtual IP "${vip.name}" has no virtual_router_id; ${vip.virtualRouterId} was derived from its name`,
        {
          at: "key",
          hint: `add virtual_router_id: ${vip.virtualRouterId}, so that it never changes`,
        },
      ),
    ];
  const fix = { hint: `free: ${freeRouterId(model, vip.segment, vip.virtualRouterId)}` };
  if (segment?.reservedVirtualRouterIds.includes(vip.virtualRouterId) === true)
    return [
      problem(
        "virtual-router-id-collision",
        path,
        `virtual_router_id ${vip.virtualRouterId} on segment ${vip.segment} is reserved ({line})`,
        {
          ...fix,
          mentions: [...segment.source, "reserved_virtual_router_ids"],
        },
      ),
    ];
  const earlier = [...model.virtualIps.values()].slice(0, [...model.virtualIps.keys()].indexOf(vip.name));
  const other = earlier.find(
    (each) => each.pinned && each.segment === vip.segment && each.virtualRouterId === vip.virtualRouterId,
  );
  if (other === undefined) return [];
  return [
    problem(
      "virtual-router-id-collision",
      path,
      `virtual_router_id ${vip.virtualRouterId} on segment ${vip.segment} is also used by virtual_ips.${other.name} ({line})`,
      { ...fix, mentions: [...other.source, "virtual_router_id"] },
    ),
  ];
}

/** True where all ids are taken, so that one was given twice. */
function isTaken(model: Model, vip: VirtualIp): boolean {
  const reserved = model.segments.get(vip.segment)?.reservedVirtualRouterIds ?? [];
  if (reserved.includes(vip.virtualRouterId)) return true;
  const same = [...model.virtualIps.values()].filter(
    (each) => each.segment === vip.segment && each.virtualRouterId === vip.virtualRouterId,
  );
  return same.some((each) => each.pinned) || (same.length > 1 && same[0] !== vip);
}

function freeRouterId(model: Model, segment: string, from: number): number {
  const taken = new Set(
    [...model.virtualIps.values()].filter((vip) => vip.segment === segment).map((vip) => vip.virtualRouterId),
  );
  for (const id of model.segments.get(segment)?.reservedVirtualRouterIds ?? []) taken.add(id);
  let id = from;
  for (let tries = 0; taken.has(id) && tries < 255; tries++) id = (id % 255) + 1;
  return id;
}

function members(model: Model, vip: VirtualIp): readonly Problem[] {
  const service = model.services.get(vip.service);
  if (service === undefined) return [];
  const active = service.instances.filter((instance) => !instance.spare);
  const problems: Problem[] = [];
  if (active.length < 2)
    problems.push(
      problem(
        "virtual-ip-single-host",
        [...vip.source, "service"],
        `virtual IP "${vip.name}" cannot move: service ${service.name} runs on ${hostsOf(active.length)}`,
        {
          hint:
            service.instances.length === 0
              ? `name a service with two hosts or more; ${service.name} runs on none of ours`
              : service.instances.length === active.length
                ? `add a second host to ${service.name}, or use the host's own address`
                : `add a host to ${service.name}, or remove spare: spares take no address`,
        },
      ),
    );
  if (active.length > mostMembers)
    problems.push(
      problem(
        "virtual-ip-priority",
        [...vip.source, "service"],
        `virtual IP "${vip.name}" has ${active.length} members: VRRP has priorities for ${mostMembers}`,
        { hint: `make ${active.length - mostMembers} hosts of ${service.name} spare: true` },
      ),
    );
  for (const { host } of active)
    if (host.os === "windows" && host.managed)
      problems.push(
        problem(
          "invalid-value",
          [...vip.source, "service"],
          `service ${service.name} runs on ${host.name}, and keepalived does not run on Windows`,
          { hint: `make ${host.name} a spare of ${service.name}, or remove virtual IP ${vip.name}` },
        ),
      );
  for (const { host } of active)
    if (host.legs.length > 0 && !host.legs.some((leg) => leg.segment === vip.segment))
      problems.push(
        problem(
          "virtual-ip-outside-segment",
          [...vip.source, "address"],
          `host ${host.name} of service ${service.name} has no address on segment ${vip.segment}, so it cannot hold ${vip.address}`,
          {
            hint: `give ${host.name} an address on ${vip.segment} under addresses, or take the virtual IP from a segment that all hosts share`,
          },
        ),
      );
  return problems;
}

function hostsOf(hosts: number): string {
  return hosts === 1 ? "one active host" : "no active host";
}
