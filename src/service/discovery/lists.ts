import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Host, Model } from "../../model/model.ts";
import { targetList } from "../../render/prometheus/index.ts";
import { jobsFor } from "../../render/prometheus/jobs.ts";
import { instancesOf } from "../../render/prometheus/layout.ts";
import type { Signals } from "../../signals/signals.ts";

/** Bytes that are sent as they are, so that an answer costs the same for ten targets and for ten thousand. */
export interface Encoded {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Strong entity tag of the plain bytes. */
  readonly etag: string;
  readonly targets: number;
}

/** The target lists as some Prometheus servers reach the targets. */
export interface DiscoveryView {
  /** Addresses of these servers. */
  readonly addresses: readonly string[];
  /** By name of the scrape config. */
  readonly jobs: ReadonlyMap<string, Encoded>;
  readonly all: Encoded;
}

/** Every list that Prometheus may ask for; the first view is for whoever is no Prometheus server of the inventory. */
export type Discovery = readonly [DiscoveryView, ...DiscoveryView[]];

/** Asks from nowhere in particular: every host is reached on its first leg. */
const nowhere: Host = {
  ...{ name: "", legs: [], os: "debian-12", owner: "", labels: {}, managed: false },
  source: ["hosts"],
};

/** The lists that file discovery would write, byte for byte, once for each set of segments that a Prometheus server is on. */
export function discoveryOf(model: Model, signals: Signals): Discovery {
  const servers = instancesOf(model, "prometheus").map(({ instance }) => instance.host);
  const groups = Map.groupBy(servers, ({ legs }) => legs.map(({ segment }) => segment).join(" "));
  const [first = [nowhere], ...rest] = groups.values();
  const view = (alike: readonly Host[]): DiscoveryView => viewOf(model, signals, alike);
  return [view(first), ...rest.map(view)];
}

function viewOf(model: Model, signals: Signals, servers: readonly Host[]): DiscoveryView {
  const [server = nowhere] = servers;
  const jobs = jobsFor(model, signals, server).map((job) => ({
    name: job.name,
    targets: job.groups.length,
    content: job.groups.length === 0 ? "[]\n" : targetList(job).content,
  }));
  const filled = jobs.filter(({ targets }) => targets > 0);
  const entries = filled.map(({ content }) => content.slice("[\n".length, -"\n]\n".length));
  return {
    addresses: servers.flatMap(({ legs }) => legs.map(({ address }) => address)),
    jobs: new Map(jobs.map(({ name, content, targets }) => [name, encode(content, targets)])),
    all: encode(
      entries.length === 0 ? "[]\n" : `[\n${entries.join(",\n")}\n]\n`,
      jobs.reduce((sum, { targets }) => sum + targets, 0),
    ),
  };
}

function encode(content: string, targets: number): Encoded {
  const plain = new Uint8Array(Buffer.from(content));
  const digest = createHash("sha256").update(plain).digest("base64url");
  return { plain, gzip: new Uint8Array(gzipSync(plain)), etag: `"${digest.slice(0, 27)}"`, targets };
}

/** The memory behind the lists, to be handed from one thread to another instead of being copied. */
export function buffersOf(discovery: Discovery): readonly ArrayBuffer[] {
  const lists = discovery.flatMap(({ jobs, all }) => [all, ...jobs.values()]);
  return lists.flatMap(({ plain, gzip }) => [plain.buffer, gzip.buffer]);
}
