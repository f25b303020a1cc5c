import { Counter, Gauge, type Registry } from "prom-client";
import { refusedReasons, type StoreCounts } from "./counts.ts";
import { evictReasons, rejectReasons, signals } from "./protocol.ts";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Registers the store's own families, which `src/catalog/stackwright` declares. Counters begin at 0. */
export function registerStore(
  registry: Registry,
  counts: StoreCounts,
  { maxBytes }: { readonly maxBytes: number },
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[], samples: () => readonly Sample[]): void => {
    new Gauge({
      ...{ name: `stackwright_store_${name}`, help, labelNames, registers },
      collect() {
        for (const [labels, value] of samples()) this.set({ ...labels }, value);
      },
    });
  };
  const counter = (
    name: string,
    help: string,
    labelNames: readonly string[],
    samples: () => readonly Sample[],
  ): void => {
    new Counter({
      ...{ name: `stackwright_store_${name}_total`, help, labelNames, registers },
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.inc({ ...labels }, value);
      },
    });
  };
  const bySignal = (value: (signal: (typeof signals)[number]) => number): readonly Sample[] =>
    signals.map((signal) => [{ signal }, value(signal)]);
  const byReason = <Reason extends string>(
    reasons: readonly Reason[],
    value: (signal: (typeof signals)[number], reason: Reason) => number,
  ): readonly Sample[] =>
    signals.flatMap((signal) => reasons.map((reason): Sample => [{ signal, reason }, value(signal, reason)]));

  gauge("records", "Log lines and spans in the store.", ["signal"], () =>
    bySignal((signal) => counts.state().records[signal]),
  );
  gauge("bytes", "Bytes that the records of the store take.", [], () => [[{}, counts.state().bytes]]);
  gauge("limit_bytes", "Bytes that the store may take; the oldest records go before it is full.", [], () => [
    [{}, maxBytes],
  ]);
  gauge(
    "writable",
    "0 while the store cannot write: disk full, no right, or another process has its folder.",
    [],
    () => [[{}, counts.state().failure === undefined ? 1 : 0]],
  );
  counter("ingested", "Records that were kept.", ["signal"], () => bySignal(counts.ingestedTotal));
  counter("rejected", "Records of requests that were read, which were not kept.", ["signal", "reason"], () =>
    byReason(rejectReasons, counts.rejectedTotal),
  );
  counter("refused_requests", "Requests with records that were refused as a whole.", ["signal", "reason"], () =>
    byReason(refusedReasons, counts.refusedTotal),
  );
  counter(
    "evicted",
    "Records thrown away because of their age, their number or their bytes.",
    ["signal", "reason"],
    () => byReason(evictReasons, counts.evictedTotal),
  );
}
