import { joinHostPort } from "../../model/ip.ts";
import type { Host, Instance, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";

const webPort = 9093;
const clusterPort = 9094;
const callers: readonly string[] = ["prometheus", "grafana", "blackbox", "stackwright"];

/** What is written per member in any case. */
const ownFlags = /^--(?:web\.listen-address|cluster\.)/;

/**
 * Flags of one member: the kind's, and where it listens and who its peers are. It answers on loopback and on the legs
 * on which it is asked. Members that do not know each other would each tell everybody of every alert.
 */
export function memberFlags(
  model: Model,
  service: Service,
  member: Instance,
  given: readonly string[],
): readonly string[] {
  const others = service.instances.filter(({ host }) => host.name !== member.host.name);
  const port = member.port ?? service.port ?? webPort;
  return [
    ...given.filter((flag) => !ownFlags.test(flag)),
    ...[...new Set(["127.0.0.1", ...askedOn(model, member.host)])].map(
      (address) => `--web.listen-address=${joinHostPort(address, port)}`,
    ),
    ...clusterFlags(member.host, others),
  ];
}

function clusterFlags(host: Host, others: readonly Instance[]): readonly string[] {
  const [first] = others;
  if (first === undefined) return ["--cluster.listen-address="];
  const own = joinHostPort(addressFrom(first.host, host), clusterPort);
  return [
    `--cluster.listen-address=${own}`,
    `--cluster.advertise-address=${own}`,
    ...others.map((other) => `--cluster.peer=${joinHostPort(addressFrom(host, other.host), clusterPort)}`).toSorted(),
  ];
}

/** Own addresses that the rest of the stack uses. */
function askedOn(model: Model, host: Host): readonly string[] {
  const asking = [...model.services.values()]
    .filter(({ kind }) => callers.includes(kind))
    .flatMap(({ instances }) => instances.map((instance) => addressFrom(instance.host, host)));
  return asking.length === 0 ? [addressFrom(host, host)] : [...new Set(asking)].toSorted();
}
