import { kinds } from "../../src/catalog/index.ts";
import type { Dice } from "./dice.ts";
import type { HostPlan } from "./hosts.ts";
import { type Json, ownerNames, someLabels } from "./inventory.ts";
import { settingsOf } from "./settings.ts";
import { someThresholds } from "./thresholds.ts";

export interface ServicePlan {
  readonly name: string;
  readonly kind: string;
  /** Hosts that are no spares, in the order in which they are written. */
  readonly active: readonly string[];
  readonly spares: readonly string[];
  readonly entry: Json;
}

/** Kinds of which one host takes only one, because they listen on the same ports. */
const rivals = [
  ["jaeger", "otel-collector"],
  ["tomcat", "jenkins"],
];
const implicit = new Set(["node", "windows", "keepalived"]);
const takesPort = new Set(["nodejs", "custom"]);
const isExternal = new Set(["mysql", "redis", "elasticsearch", "custom"]);

/** Services of every kind on hosts that have room for them. Needed ones for alerting come with it. */
export function servicesSection(dice: Dice, hosts: readonly HostPlan[], withAlerting: boolean): readonly ServicePlan[] {
  const linux = hosts.filter(({ os }) => os !== "windows");
  const services: ServicePlan[] = [...declaredImplicit(dice, linux)];
  if (linux.length === 0) return services;
  const busy = new Map<string, Set<string>>(linux.map(({ name }) => [name, new Set()]));
  let nextPort = 20_000;
  const add = (kind: string, name: string, wanted: number): void => {
    const blocked = [kind, ...rivals.filter((group) => group.includes(kind)).flat()];
    const room = linux.filter(
      (host) => !takesPort.has(kind) && blocked.some((each) => busy.get(host.name)?.has(each)) === false,
    );
    const free = takesPort.has(kind) ? linux : room;
    const places = dice.some(free, wanted).map((host) => host.name);
    if (places.length === 0) return;
    for (const host of places) busy.get(host)?.add(kind);
    nextPort += 1;
    services.push(
      service(dice, { kind, name, places, port: nextPort, earlier: services, isWhole: places.length === wanted }),
    );
  };
  if (withAlerting) {
    add("alertmanager", "paging", dice.int(1, 3));
    const hostsOfPaging = new Set(
      services.filter(({ name }) => name === "paging").flatMap(({ active, spares }) => [...active, ...spares]),
    );
    services.push(bridge(linux.filter(({ name }) => hostsOfPaging.has(name))));
    add("prometheus", "metrics", dice.int(1, 2));
    add("blackbox", "probes", dice.int(1, 2));
  }
  const others = kinds
    .map((kind) => kind.id)
    .filter((id) => !implicit.has(id) && id !== "stackwright" && (withAlerting || id !== "alertmanager"));
  for (const kind of dice.some(others, dice.int(1, others.length)))
    for (let copy = 0; copy < (dice.chance(0.3) ? 2 : 1); copy++)
      if (!services.some(({ name }) => name === nameOf(kind, copy)))
        add(kind, nameOf(kind, copy), dice.pick([1, 2, 3, 3, 5]));
  return services;
}

function nameOf(kind: string, copy: number): string {
  return copy === 0 ? `the-${kind}` : `${kind}2`;
}

function bridge(hosts: readonly HostPlan[]): ServicePlan {
  const active = hosts.map(({ name }) => name);
  return {
    name: "exporter",
    kind: "stackwright",
    active,
    spares: [],
    entry: { kind: "stackwright", hosts: active, stackwright: { token: { file: "secrets/token" } } },
  };
}

function declaredImplicit(dice: Dice, linux: readonly HostPlan[]): readonly ServicePlan[] {
  if (!dice.chance(0.4) || linux.length === 0) return [];
  const node = kinds.find((kind) => kind.id === "node");
  const thresholds = node === undefined ? {} : someThresholds(dice, node.alerts);
  return [{ name: "node", kind: "node", active: [], spares: [], entry: { kind: "node", ...thresholds } }];
}

interface Wanted {
  readonly kind: string;
  readonly name: string;
  readonly places: readonly string[];
  readonly port: number;
  readonly earlier: readonly ServicePlan[];
  readonly isWhole: boolean;
}

function service(dice: Dice, wanted: Wanted): ServicePlan {
  const { kind: id, name, port, earlier } = wanted;
  const kind = kinds.find((each) => each.id === id);
  if (kind === undefined) throw new Error(`no kind ${id}`);
  const settings = settingsOf(dice, { kind: id, hosts: wanted.places, earlier });
  const cluster = clusterOf(id, JSON.stringify(settings));
  const quorum = cluster === "quorum";
  // A quorum of an even number is refused: the last host is left out.
  const places = quorum && wanted.places.length % 2 === 0 ? wanted.places.slice(1) : wanted.places;
  const spares = !quorum && places.length > 2 && dice.chance(0.3) ? places.slice(-1) : [];
  const active = places.filter((host) => !spares.includes(host));
  const outside = isExternal.has(id) && dice.chance(0.15);
  const primary = cluster === "primary" ? "primary" : undefined;
  const special = Object.fromEntries(
    places.map((host, index) => {
      const role =
        places.length > 1 && primary !== undefined
          ? { role: index === 0 ? primary : followerOf(kind.roles, primary) }
          : {};
      const spare = spares.includes(host) ? { spare: true } : {};
      const backup = id === "nodejs" && index > 0 && dice.chance(0.3) ? { backup: true } : {};
      return [host, { ...role, ...spare, ...backup, ...(dice.chance(0.1) && { labels: someLabels(dice) }) }];
    }),
  );
  const plain = Object.values(special).every((entry) => Object.keys(entry).length === 0);
  const entry = {
    kind: id,
    ...(outside
      ? { external: [`db.example.org:${port}`, `[2001:db8::5]:${port}`] }
      : { hosts: plain ? places : special }),
    ...((takesPort.has(id) || (outside && id === "custom")) && { port }),
    ...(dice.chance(0.4) && { owner: dice.pick(ownerNames) }),
    ...(dice.chance(0.3) && { labels: someLabels(dice) }),
    ...(dice.chance(0.2) && earlier.length > 0 && { depends_on: [dice.pick(earlier).name] }),
    ...(id === "nodejs" && dice.chance(0.5) && { health: { path: "/healthz", status: dice.pick([200, 204, 301]) } }),
    ...(dice.chance(0.2) && { logs: [{ path: `/var/log/${id}/app.log`, parser: "json" }] }),
    ...settings,
    ...someThresholds(dice, kind.alerts),
  };
  return { name, kind: id, active: outside ? [] : active, spares, entry };
}

/** How a kind's instances hold together: some have a primary, some vote. */
function clusterOf(kind: string, settings: string): "primary" | "quorum" | undefined {
  if (["etcd", "rabbitmq", "elasticsearch"].includes(kind) || settings.includes("galera")) return "quorum";
  return ["mysql", "redis", "drbd"].includes(kind) && !settings.includes("cluster") ? "primary" : undefined;
}

function followerOf(roles: readonly string[] | undefined, primary: string): string {
  return roles?.find((role) => role !== primary) ?? primary;
}
