/** So long a good request speaks for a client, and so long a stopped one counts. */
const windowMs = 3_600_000;
/** Bounds of what is remembered: clients with good requests of all sites, and stopped ones. The oldest are forgotten. */
const maxGood = 100_000;
const maxStopped = 50_000;
/** A client that comes every second need not be moved every second. */
const moveMs = 30_000;

/** Clients that a rule of the firewall has stopped although their requests before were fine: probably ordinary users. */
export class Suspects {
  /** Site → client → time of its last good request, those that came first in front. */
  readonly #good: ReadonlyMap<string, Map<string, number>>;
  readonly #maxOfSite: number;
  /** `SITE RULE CLIENT` → when it was stopped, those that came first in front. */
  readonly #stopped = new Map<string, number>();

  constructor(sites: Iterable<string>) {
    this.#good = new Map([...sites].map((site) => [site, new Map()]));
    this.#maxOfSite = Math.ceil(maxGood / Math.max(1, this.#good.size));
  }

  /** A request was answered with 2xx. */
  good(site: string, client: string, atMs: number): void {
    const clients = this.#good.get(site);
    const known = clients?.get(client);
    if (clients === undefined || (known !== undefined && atMs - known < moveMs)) return;
    remember(clients, client, atMs, this.#maxOfSite);
  }

  /** A rule has refused a request. */
  stop(site: string, rule: string, { client, atMs }: { readonly client: string; readonly atMs: number }): void {
    const goodMs = this.#good.get(site)?.get(client);
    if (goodMs === undefined || goodMs > atMs || goodMs < atMs - windowMs) return;
    remember(this.#stopped, `${site} ${rule} ${client}`, atMs, maxStopped);
  }

  /** How many different clients there are within the last hour, by `SITE RULE`. */
  count(nowMs: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [key, atMs] of this.#stopped) {
      if (atMs < nowMs - windowMs) {
        this.#stopped.delete(key);
        continue;
      }
      const place = key.slice(0, key.lastIndexOf(" "));
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    return counts;
  }
}

function remember(times: Map<string, number>, key: string, atMs: number, limit: number): void {
  times.delete(key);
  times.set(key, atMs);
  if (times.size <= limit) return;
  for (const oldest of times.keys()) {
    times.delete(oldest);
    break;
  }
}
