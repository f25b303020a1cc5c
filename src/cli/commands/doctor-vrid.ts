import { networkInterfaces } from "node:os";
import { locate } from "../../inventory/locate.ts";
import { isWrong, judge, type TakenId } from "../../io/vrrp/clusters.ts";
import { type Comparison, compare, freeIds, segmentOf } from "../../io/vrrp/compare.ts";
import { type Deaf, type Heard, listen } from "../../io/vrrp/listen.ts";
import type { Model, Segment } from "../../model/model.ts";
import { type ExitCode, exit } from "../exit.ts";
import { type Loaded, load } from "../load.ts";
import { count, printDocument, say } from "../output.ts";
import { jsonHead, renderSummary, report } from "../report.ts";
import { headline, printTaken, printVerdict } from "./doctor-vrid-view.ts";

/** Long enough to hear five adverts of clusters with intervals of up to two seconds. */
export const listeningSeconds = 10;

/** What is asked of `doctor --vrid`. */
export interface VridQuestion {
  /** Network interface to listen on. */
  readonly vrid: string;
  readonly seconds: number;
  /** Inventory to compare with. */
  readonly inventory?: string | undefined;
  readonly json: boolean;
}

/** Listens for VRRP adverts and says which virtual router ids are taken, by whom, and which clusters collide. */
export async function doctorVrid(question: VridQuestion): Promise<ExitCode> {
  const { vrid: networkCard, seconds, json } = question;
  const known = question.inventory === undefined ? undefined : await readSegment(question.inventory, networkCard);
  if (known?.code !== undefined) return known.code;
  const heard = await listenUntilTold(networkCard, seconds);
  if ("reason" in heard) return sayWhy(networkCard, heard, json);
  const taken = judge(heard.adverts);
  const comparison = known && compare(known.model, known.segment, taken);
  const free = freeIds(
    taken,
    known && {
      segment: known.segment,
      vips: [...known.model.virtualIps.values()].filter((vip) => vip.segment === known.segment.name),
    },
  );
  const diagnostics =
    known === undefined || comparison === undefined
      ? []
      : await locate(known.loaded.text, comparison.problems, known.loaded.file);
  const isBad = diagnostics.length > 0 || taken.some(({ verdict }) => isWrong(verdict));
  const code = isBad ? exit.problem : exit.ok;
  if (json) {
    printDocument({
      ...jsonHead("doctor", diagnostics, [], code),
      vrid: documentOf({ heard, taken, comparison, free, networkCard }),
    });
    return code;
  }
  process.stdout.write(`${headline(networkCard, heard, taken)}\n`);
  for (const id of taken) {
    printTaken(id, comparison);
    printVerdict(id, free);
  }
  report(diagnostics, {});
  advise(heard, taken, { comparison, free, known: known?.segment });
  return code;
}

interface Known {
  readonly loaded: Loaded;
  readonly model: Model;
  readonly segment: Segment;
  readonly code?: undefined;
}

async function readSegment(file: string, networkCard: string): Promise<Known | { readonly code: ExitCode }> {
  const loaded = await load(file);
  const { result, diagnostics } = loaded;
  if (result === undefined) {
    report(diagnostics, {});
    say(`${file}: ${renderSummary(diagnostics)}; nothing can be compared before the errors are mended`);
    return { code: exit.problem };
  }
  const addresses = (networkInterfaces()[networkCard] ?? []).map(({ address }) => address);
  const segment = segmentOf(result.model, networkCard, addresses);
  if (segment !== undefined) return { loaded, model: result.model, segment };
  const segments = [...result.model.segments.values()].map(({ name, cidr }) => `${name} ${cidr}`).join(", ");
  say(
    `stackwright: ${networkCard}${addresses.length > 0 ? ` (${addresses.join(", ")})` : ""} is on no segment of ${file}`,
  );
  say(
    `  its segments are ${segments === "" ? "none" : segments}; name an interface that is on one of them, or leave out -i`,
  );
  return { code: exit.usage };
}

/** Ctrl-C ends the listening, and what was heard until then is told. */
async function listenUntilTold(networkCard: string, seconds: number): Promise<Heard | Deaf> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  try {
    return await listen(networkCard, seconds, {
      stop: stop.signal,
      started: () => say(`listening on ${networkCard} for ${count(seconds, "second")} …`),
    });
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function sayWhy(networkCard: string, { reason, message, hint }: Deaf, json: boolean): ExitCode {
  const code = reason === "no-interface" ? exit.usage : exit.missing;
  if (json)
    printDocument({ ...jsonHead("doctor", [], [], code), vrid: { interface: networkCard, error: message, hint } });
  say(`stackwright: ${message}`);
  say(`  ${hint}`);
  return code;
}

function advise(
  heard: Heard,
  taken: readonly TakenId[],
  around: {
    readonly comparison: Comparison | undefined;
    readonly free: readonly number[];
    readonly known: Segment | undefined;
  },
): void {
  const { comparison, free, known } = around;
  if (comparison !== undefined && known !== undefined && comparison.toReserve.length > 0) {
    const ids = [...known.reservedVirtualRouterIds, ...comparison.toReserve].toSorted((a, b) => a - b).join(", ");
    say(`ids of others: write reserved_virtual_router_ids: [${ids}] under segments.${known.name}`);
  }
  if (taken.length > 0) say(`next free ids: ${free.join(", ")}`);
  if (heard.invalid > 0) say(`${count(heard.invalid, "packet")} left out: broken, or routed here from another network`);
  if (heard.isFlooded) say("stopped early: more adverts came than any segment has; somebody floods it");
  if (taken.length > 0) say("clusters that send unicast show on their members only");
}

function documentOf(all: {
  readonly networkCard: string;
  readonly heard: Heard;
  readonly taken: readonly TakenId[];
  readonly comparison: Comparison | undefined;
  readonly free: readonly number[];
}): object {
  const { networkCard, heard, taken, comparison, free } = all;
  return {
    interface: networkCard,
    seconds: heard.seconds,
    adverts: heard.adverts.length,
    invalid: heard.invalid,
    segment: comparison?.segment ?? null,
    taken: taken.map((id) => ({
      virtual_router_id: id.virtualRouterId,
      family: id.family,
      vlans: id.vlans,
      verdict: id.verdict,
      virtual_ip: comparison?.ours.get(id) ?? null,
      is_contested: comparison?.contested.has(id) ?? null,
      clusters: id.clusters.map(({ addresses, senders }) => ({
        addresses,
        senders: senders.map(({ address, priority, intervalMs, version, adverts }) => ({
          address,
          priority,
          interval_seconds: intervalMs / 1000,
          version,
          adverts,
        })),
      })),
    })),
    to_reserve: comparison?.toReserve ?? [],
    free,
  };
}
