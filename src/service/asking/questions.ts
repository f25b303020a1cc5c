import type { Facts } from "../inventory/snapshot.ts";
import { ask, type Sample, type Server } from "./ask.ts";

/** What a Prometheus server said at one moment. */
export interface Observation {
  /** `HOST:PORT` of the server. */
  readonly by: string;
  readonly atMs: number;
  /** Targets scraped with success, by service. A service that is missing here has none. */
  readonly seen: ReadonlyMap<string, number>;
  /** Targets that it knows, by service. */
  readonly known: ReadonlyMap<string, number>;
  /** Some instances of each service that do not answer. */
  readonly down: ReadonlyMap<string, readonly string[]>;
  /** By virtual IP: what each member says. A member that says nothing, or only old things, is missing. */
  readonly held: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
}

/** Names of instances that are shown of a service at most. */
const shownDown = 5;
/** A textfile is written every 15 seconds; beyond this its word is not taken. */
const oldSeconds = 120;

/** Asks a server everything that the service wants to know, with few and small answers for any number of targets. */
export async function observe(
  { platform, environment }: Pick<Facts, "platform" | "environment">,
  { server, by, now }: { readonly server: Server; readonly by: string; readonly now: () => number },
): Promise<Observation> {
  const ours = `platform=${JSON.stringify(platform)},environment=${JSON.stringify(environment)}`;
  // A probe carries the service that it asks, but is no target of it: it must not stand for one that is missing.
  const up = `up{${ours},job!~"blackbox-.+"}`;
  const [seen, known, down, held, ages] = await Promise.all([
    ask(server, `count by (service) (${up} == 1)`),
    ask(server, `count by (service) (${up})`),
    ask(server, `bottomk by (service) (${shownDown}, ${up} == 0)`),
    ask(server, `keepalived_vip_held{${ours}}`),
    ask(server, `time() - keepalived_textfile_timestamp_seconds{${ours}}`),
  ]);
  return {
    by,
    atMs: now(),
    seen: byService(seen),
    known: byService(known),
    down: namesByService(down),
    held: byVirtualIp(held, ages),
  };
}

function byService(samples: readonly Sample[]): ReadonlyMap<string, number> {
  return new Map(samples.map(({ labels, value }) => [labels["service"] ?? "", value]));
}

function namesByService(samples: readonly Sample[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(samples, ({ labels }) => labels["service"] ?? "");
  return new Map([...groups].map(([name, some]) => [name, some.map(({ labels }) => labels["instance"] ?? "").sort()]));
}

function byVirtualIp(
  held: readonly Sample[],
  ages: readonly Sample[],
): ReadonlyMap<string, ReadonlyMap<string, boolean>> {
  const old = new Set(ages.filter(({ value }) => value > oldSeconds).map(({ labels }) => labels["host"]));
  const found = new Map<string, Map<string, boolean>>();
  for (const { labels, value } of held) {
    const { vip = "", host = "" } = labels;
    if (old.has(host)) continue;
    const members = found.get(vip) ?? new Map<string, boolean>();
    found.set(vip, members.set(host, value === 1));
  }
  return found;
}
