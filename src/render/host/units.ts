import { generatedHeader } from "../../artifact/comment.ts";
import { printArguments, printEnvironmentFile } from "../../artifact/environment-file.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { printUnit } from "../../artifact/systemd.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Instance, Model } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import { type HostSecret, secretPath } from "../../model/secret-path.ts";
import type { Gossip, Listen, OwnUnit, Unit } from "../../signals/host.ts";
import type { ServiceFact, Signals } from "../../signals/signals.ts";
import { askedOn, askingHosts } from "./address.ts";
import { defaultsPath, dropIn, hasDefaults, variablesOnly, wholeUnit } from "./unit.ts";

/** A unit that we start on one host. */
export interface HostUnit {
  readonly host: Host;
  readonly service: string;
  readonly unit: Unit;
  /** Undefined where its vendor's package starts it and we only set variables. */
  readonly own: OwnUnit | undefined;
  /** A package brings the unit; we add a drop-in. */
  readonly packaged: boolean;
  readonly source: ServiceFact<Unit>["source"];
}

/** The units that we set flags or variables of, on each Linux host. The inventory was refused where two share a name. */
export function unitsOf(model: Model, signals: Signals): readonly HostUnit[] {
  return signals.units.flatMap(({ service, hosts, fact, source }) => {
    const { own } = fact;
    if (own === undefined && fact.variables === undefined) return [];
    return hosts.flatMap((name): readonly HostUnit[] => {
      const host = model.hosts.get(name);
      if (host === undefined || host.os === "windows") return [];
      const packaged = own === undefined || (own.everywhere !== true && host.os !== "rhel-9");
      return [{ host, service, unit: fact, own, packaged, source }];
    });
  });
}

/** Unit or drop-in, and flags, of each unit. */
export function unitFiles(model: Model, units: readonly HostUnit[], generator: string): readonly HostArtifact[] {
  const asking = askingHosts(model);
  const instanceOn = instances(model);
  const printed = new Map<Unit, Map<string, ReturnType<typeof printFiles>>>();
  return units.flatMap((each) => {
    const { host, service, unit, packaged, source } = each;
    // The same for all hosts of the service but for its own addresses, and printed once.
    const addresses = [
      ...(unit.listen?.loopback === undefined
        ? []
        : loopback(unit.listen, instanceOn(host, service)?.port, () => askedOn(asking, host))),
      ...(unit.gossip === undefined ? [] : gossip(unit.gossip, host, model.services.get(service)?.instances ?? [])),
    ];
    const known = printed.get(unit) ?? new Map<string, ReturnType<typeof printFiles>>();
    printed.set(unit, known);
    const key = [packaged, ...addresses].join(" ");
    const files = known.get(key) ?? printFiles(each, addresses, generator);
    known.set(key, files);
    return files.map((file) => ({
      ...file,
      host: host.name,
      service,
      restart: [unit.name],
      generator,
      source: [source],
    }));
  });
}

function printFiles(
  { unit, own, packaged, source }: HostUnit,
  addresses: readonly string[],
  generator: string,
): readonly Pick<HostArtifact, "path" | "content">[] {
  const header = generatedHeader(generator, [source]);
  const folder = "/etc/systemd/system";
  const added = `${folder}/${unit.name}.service.d/stackwright.conf`;
  if (own === undefined) {
    const path = `/etc/stackwright/units/${unit.name}.env`;
    return [
      { path: added, content: printUnit(variablesOnly(path), header) },
      { path, content: printEnvironmentFile(unit.variables ?? {}, header) },
    ];
  }
  const main = packaged
    ? { path: added, content: printUnit(dropIn(unit), header) }
    : { path: `${folder}/${unit.name}.service`, content: printUnit(wholeUnit(unit, own), header) };
  if (!hasDefaults(unit)) return [main];
  const args = printArguments([...addresses, ...(unit.flags ?? [])]);
  return [
    main,
    { path: defaultsPath(unit.name), content: printEnvironmentFile({ ...unit.variables, ARGS: args }, header) },
  ];
}

/** The instance of a service on a host; each service is looked through once, and only where somebody asks. */
function instances(model: Model): (host: Host, service: string) => Instance | undefined {
  const known = new Map<string, ReadonlyMap<string, Instance>>();
  return (host, service) => {
    const all = model.services.get(service)?.instances ?? [];
    const found = known.get(service) ?? new Map(all.map((instance) => [instance.host.name, instance]));
    known.set(service, found);
    return found.get(host.name);
  };
}

/** Where it listens, for who listens on loopback as well; an instance's own port wins. */
function loopback(
  { loopback, flag, port = 0 }: Listen,
  own: number | undefined,
  asked: () => readonly string[],
): readonly string[] {
  const addresses = ["127.0.0.1", ...(loopback === "only" ? [] : asked())];
  return [...new Set(addresses)].map((address) => `${flag}=${joinHostPort(address, own ?? port)}`);
}

/**
 * Where it listens for the other instances, and who they are: those that do not know each other would each act alone.
 * Each stands on the leg that its peers share with it.
 */
function gossip(
  { listenFlag, advertiseFlag, peerFlag, port }: Gossip,
  host: Host,
  instances: readonly Instance[],
): readonly string[] {
  const others = instances
    .filter((instance) => instance.host.name !== host.name)
    .toSorted((a, b) => (a.host.name < b.host.name ? -1 : 1));
  const [first] = others;
  if (first === undefined) return [`${listenFlag}=`];
  const own = joinHostPort(addressFrom(first.host, host), port);
  return [
    `${listenFlag}=${own}`,
    `${advertiseFlag}=${own}`,
    ...others.map((other) => `${peerFlag}=${joinHostPort(addressFrom(host, other.host), port)}`).toSorted(),
  ];
}

/** Secrets that units read at their start. Files that systemd itself reads for them belong to root. */
export function unitSecrets(units: readonly HostUnit[]): readonly HostSecret[] {
  return units.flatMap(({ host, unit, own }) => {
    const { secrets = [], secretVariables = [], secretFiles = [] } = unit;
    const user = own?.user ?? "root";
    return [
      ...secrets,
      ...secretVariables.map(({ from, source }) => ({ owner: `${user}:${user}`, from, source })),
      ...secretFiles.map(({ from, source }) => ({ owner: "root:root", from, source })),
    ].map(({ owner, from, source }) => ({ host: host.name, path: secretPath(from, source), owner, from, source }));
  });
}
