import type { AccessLogConfig } from "./config.ts";
import { type Cell, type HistogramCell, HistogramFamily, NumberFamily } from "./families.ts";
import { parseObject } from "./json-line.ts";
import { Peers, unknownPeer } from "./peers.ts";
import { isInstance, splitAttempts } from "./upstream-lists.ts";
import type { SeenRequest } from "./waf/waf-counts.ts";

/** Stands for a site or service that the inventory does not have; nginx itself calls the rest so. */
export const unknownSite = "_";
/** Requests that no route took: redirects, and what nginx refused by itself. */
const noRoute = "";
const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"] as const;

/** What a line says to the firewall's counts. */
export type OnRequest = (request: SeenRequest) => void;

interface PlaceCells {
  readonly requests: readonly Cell[];
  readonly duration: HistogramCell;
  readonly bytes: Cell;
  readonly upstreams: Map<string, { readonly duration: HistogramCell; readonly unavailable: Cell }>;
}

/**
 * Counts requests from lines of the access log. Every series that the inventory makes possible is there from the start
 * with 0, so that the first failure is an increase; what it does not know is counted under `_`, so that nobody outside can
 * make series.
 */
export class AccessCounts {
  readonly requests = counter("nginx_http_server_requests_total", "Requests by site, route and class of the status.", [
    "server_name",
    "route",
    "status_class",
  ]);
  readonly bytes = counter("nginx_http_server_response_bytes_total", "Bytes of response bodies that were sent.", [
    "server_name",
    "route",
  ]);
  readonly attempts = counter(
    "nginx_http_upstream_attempts_total",
    "Instances of services that were asked, each retry by itself, by class of what they answered; 5xx also where none came.",
    ["upstream", "peer", "status_class"],
  );
  readonly unavailable = counter(
    "nginx_http_upstream_unavailable_total",
    "Requests for which nginx had no instance left to ask.",
    ["server_name", "route", "upstream"],
  );
  readonly lines = counter("nginx_access_log_lines_total", "Lines of the access log that were read.", []);
  readonly parseErrors = counter(
    "nginx_access_log_parse_errors_total",
    "Lines of the access log that were not understood; they are in no other count.",
    [],
  );
  readonly duration: HistogramFamily;
  readonly upstreamDuration: HistogramFamily;

  readonly #places = new Map<string, Map<string, PlaceCells>>();
  readonly #upstreams = new Map<string, { readonly peers: Peers; readonly cells: Map<string, readonly Cell[]> }>();
  readonly #onRequest: OnRequest | undefined;
  readonly #lines = this.lines.cell();
  readonly #parseErrors = this.parseErrors.cell();

  constructor(
    { sites, upstreams, buckets }: Pick<AccessLogConfig, "sites" | "upstreams" | "buckets">,
    onRequest?: OnRequest,
  ) {
    this.#onRequest = onRequest;
    this.duration = new HistogramFamily(
      {
        name: "nginx_http_server_request_duration_seconds",
        help: "Time from the first byte of a request to the last of the answer; without upgraded connections.",
        labels: ["server_name", "route"],
      },
      buckets,
    );
    this.upstreamDuration = new HistogramFamily(
      {
        name: "nginx_http_upstream_response_duration_seconds",
        help: "Time that the instance took whose answer the client got; without upgraded connections.",
        labels: ["server_name", "route", "upstream"],
      },
      buckets,
    );
    for (const [name, addresses] of Object.entries({ ...upstreams, [unknownSite]: {} })) {
      const peers = new Peers(addresses);
      const cells = new Map(
        [...peers.names, ...(name === unknownSite ? [unknownPeer] : [])].map((peer) => [
          peer,
          this.#attemptCells(name, peer),
        ]),
      );
      this.#upstreams.set(name, { peers, cells });
    }
    for (const { server_name, routes } of [...sites, { server_name: [unknownSite], routes: [] }]) {
      const site = server_name[0] ?? unknownSite;
      const known = this.#places.get(site) ?? new Map<string, PlaceCells>();
      for (const path of [noRoute, ...routes.map(({ path }) => path)])
        known.set(path, known.get(path) ?? this.#placeCells(site, path));
      for (const { path, upstream } of routes) this.#upstreamCells(known, site, path, upstream);
      this.#places.set(site, known);
    }
  }

  /** What is exposed, in order. */
  get families(): readonly (NumberFamily | HistogramFamily)[] {
    const { requests, duration, bytes, upstreamDuration, attempts, unavailable, lines, parseErrors } = this;
    return [requests, duration, bytes, upstreamDuration, attempts, unavailable, lines, parseErrors];
  }

  /** Counts whole lines, each with its line feed, and lines that were too long to be read. */
  countLines(text: string, tooLong: number): void {
    this.#lines.value += tooLong;
    this.#parseErrors.value += tooLong;
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf("\n", start);
      this.#lines.value++;
      if (!this.#count(text.slice(start, end))) this.#parseErrors.value++;
      start = end + 1;
    }
  }

  #count(line: string): boolean {
    const record = parseObject(line);
    if (record === undefined) return false;
    const {
      "nginx.server_name": server,
      "nginx.route": route,
      "http.response.status_code": status,
      "event.duration_seconds": seconds,
      "http.response.body.bytes": bytes,
    } = record;
    if (typeof server !== "string" || typeof status !== "string" || typeof seconds !== "number") return false;
    const site = this.#places.has(server) ? server : unknownSite;
    const places = this.#places.get(site);
    const path = typeof route === "string" && places?.has(route) === true ? route : noRoute;
    const cells = places?.get(path);
    const classAt = classOf(status);
    const requests = cells?.requests[classAt];
    if (places === undefined || cells === undefined || requests === undefined) return false;
    requests.value++;
    if (typeof bytes === "number") cells.bytes.value += bytes;
    if (status !== "101") this.duration.observe(cells.duration, seconds);
    this.#countUpstream(record, { places, site, path, isUpgraded: status === "101" });
    if (this.#onRequest !== undefined) {
      const { "http.request.id": id, "client.ip": client, "@timestamp": time } = record;
      if (typeof id === "string" && typeof client === "string" && typeof time === "string")
        this.#onRequest({ site, id, client, time, isGood: classAt === 1, isFailed: classAt > 2 });
    }
    return true;
  }

  #countUpstream(
    record: Readonly<Record<string, unknown>>,
    {
      places,
      site,
      path,
      isUpgraded,
    }: {
      readonly places: Map<string, PlaceCells>;
      readonly site: string;
      readonly path: string;
      readonly isUpgraded: boolean;
    },
  ): void {
    const {
      "nginx.upstream.service": service,
      "nginx.upstream.address": address,
      "nginx.upstream.status": status,
      "nginx.upstream.response_time": time,
    } = record;
    if (typeof address !== "string" || typeof status !== "string") return;
    const addresses = splitAttempts(address);
    const last = addresses.at(-1);
    if (last === undefined) return;
    const name = typeof service === "string" && this.#upstreams.has(service) ? service : unknownSite;
    const statuses = splitAttempts(status);
    for (const [at, each] of addresses.entries())
      if (isInstance(each)) this.#countAttempt(name, each, statuses[at] ?? "");
    const cells = this.#upstreamCells(places, site, path, name);
    if (!isInstance(last)) cells.unavailable.value++;
    else if (!isUpgraded && typeof time === "string") {
      const seconds = Number.parseFloat(splitAttempts(time).at(-1) ?? "");
      if (!Number.isNaN(seconds)) this.upstreamDuration.observe(cells.duration, seconds);
    }
  }

  #countAttempt(upstream: string, address: string, status: string): void {
    const known = this.#upstreams.get(upstream);
    if (known === undefined) return;
    const peer = known.peers.find(address);
    const cells = known.cells.get(peer) ?? this.#attemptCells(upstream, peer);
    known.cells.set(peer, cells);
    const cell = cells[classOf(status)];
    if (cell !== undefined) cell.value++;
  }

  #placeCells(site: string, path: string): PlaceCells {
    return {
      requests: statusClasses.map((each) => this.requests.cell(site, path, each)),
      duration: this.duration.cell(site, path),
      bytes: this.bytes.cell(site, path),
      upstreams: new Map(),
    };
  }

  #upstreamCells(
    places: Map<string, PlaceCells>,
    site: string,
    path: string,
    upstream: string,
  ): { readonly duration: HistogramCell; readonly unavailable: Cell } {
    const known = places.get(path)?.upstreams.get(upstream);
    if (known !== undefined) return known;
    const made = {
      duration: this.upstreamDuration.cell(site, path, upstream),
      unavailable: this.unavailable.cell(site, path, upstream),
    };
    places.get(path)?.upstreams.set(upstream, made);
    return made;
  }

  #attemptCells(upstream: string, peer: string): readonly Cell[] {
    return statusClasses.map((each) => this.attempts.cell(upstream, peer, each));
  }
}

/** Position in `statusClasses`. nginx writes 000 and 009 where there was no whole request. */
function classOf(status: string): number {
  const first = status.charCodeAt(0) - 49;
  return status.length === 3 && first >= 0 && first < 5 ? first : 5;
}

function counter(name: string, help: string, labels: readonly string[]): NumberFamily {
  return new NumberFamily({ name, help, labels, type: "counter" });
}
