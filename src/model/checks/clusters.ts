import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Service, VirtualIp } from "../model.ts";
import type { Checked } from "./index.ts";

/** Quorums are odd, primaries are one, spares stay out of it. */
export function checkClusters({ model, kinds }: Checked): readonly Problem[] {
  const virtualIps = Map.groupBy(model.virtualIps.values(), (vip) => vip.service);
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    return [
      ...(kind === undefined ? [] : clusterOf(service, kind)),
      ...(virtualIps.get(service.name) ?? []).flatMap((vip) => spares(service, vip)),
    ];
  });
}

function clusterOf(service: Service, kind: KindFacts): readonly Problem[] {
  const active = service.instances.filter((instance) => !instance.spare);
  const cluster = kind.cluster?.(service);
  if (cluster === undefined || active.length === 0) return [];
  switch (cluster.type) {
    case "quorum":
      return quorum(service, active.length);
    case "primary":
      return primary(service, cluster.role);
  }
}

function quorum(service: Service, votes: number): readonly Problem[] {
  if (service.instances.length > votes && votes < Math.floor(service.instances.length / 2) + 1)
    return [
      problem(
        "spare-in-rotation",
        [...service.source, "hosts"],
        `service "${service.name}" has ${votes} voting of ${service.instances.length} hosts; its spares would be needed for the quorum`,
        {
          hint: "make some of the spares full members",
        },
      ),
    ];
  if (votes % 2 === 1) return [];
  const mayBeSpare = votes - 1 >= Math.floor(service.instances.length / 2) + 1;
  return [
    problem(
      "even-quorum",
      [...service.source, "hosts"],
      `service "${service.name}" has ${votes} voting hosts; with an even number half of them can be cut off without a majority on either side`,
      {
        hint: `run it on ${votes - 1} or ${votes + 1} hosts${mayBeSpare ? ", or make one of them a spare" : ""}`,
      },
    ),
  ];
}

/** A single instance is its own primary; several have to say which of them is. */
function primary(service: Service, role: string): readonly Problem[] {
  const primaries = service.instances.filter((instance) => instance.role === role);
  const path = [...service.source, "hosts"];
  const spare = primaries.find((instance) => instance.spare);
  if (spare !== undefined)
    return [
      problem(
        "spare-in-rotation",
        [...spare.source, "spare"],
        `host ${spare.host.name} of service "${service.name}" is ${role} and a spare`,
        { hint: "remove spare, or give the role to another host" },
      ),
    ];
  if (service.instances.length <= 1 || primaries.length === 1) return [];
  const [first, ...others] = primaries;
  if (first === undefined)
    return [
      problem(
        "primary-count",
        path,
        `service "${service.name}" has no ${role} among its ${service.instances.length} hosts`,
        { at: "key", hint: `give one of its hosts role: ${role}` },
      ),
    ];
  return others.map((other) =>
    problem(
      "primary-count",
      [...other.source, "role"],
      `host ${other.host.name} is a second ${role} of service "${service.name}", beside ${first.host.name} ({line})`,
      { hint: "leave the role to one of them", mentions: first.source },
    ),
  );
}

/** A spare is in no `priority` of a virtual IP. */
function spares(service: Service, vip: VirtualIp): readonly Problem[] {
  return vip.writtenPriority.flatMap((host, index) => {
    const instance = service.instances.find((each) => each.host.name === host);
    if (instance?.spare !== true) return [];
    return [
      problem(
        "spare-in-rotation",
        [...vip.source, "priority", index],
        `priority of virtual IP "${vip.name}" names ${host}, which is a spare of service ${service.name} ({line})`,
        {
          mentions: instance.source,
          hint: `remove ${host} from priority, or remove spare`,
        },
      ),
    ];
  });
}
