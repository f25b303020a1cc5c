import type { Logging } from "../logs/pino/index.ts";
import type { LogMode, LogSink } from "../logs/sink.ts";
import type { Meter } from "../metrics/instruments.ts";
import type { Traces } from "../traces/index.ts";

export interface Observed {
  readonly sink: LogSink | undefined;
  readonly logging: Pick<Logging, "droppedFromStdout">;
  readonly traces: Pick<Traces, "counts">;
  readonly patched: () => ReadonlyMap<string, boolean>;
}

const modes = ["durable", "fast", "direct", "file", "stdout"] satisfies readonly LogMode[];

/**
 * What the library tells of itself. At any scrape, in the modes `durable` and `fast`: accepted = delivered +
 * dead_lettered + sum(dropped) + buffered; and ended = exported + sum(dropped) + queued. The counts of one scrape are
 * read at once, so that the sums hold on every page.
 */
export function observeLibrary(meter: Meter, { sink, logging, traces, patched }: Observed): void {
  meter.observed({
    name: "telemetry_log_mode",
    help: "1 for the way in which log records travel beside stdout.",
    type: "gauge",
    labels: ["mode"],
    read: () => modes.map((mode) => ({ labels: { mode }, value: Number(mode === (sink?.mode ?? "stdout")) })),
  });
  // Beside the sums: a line that stdout did not take may have been delivered all the same.
  meter.observed({
    name: "telemetry_log_stdout_dropped_total",
    help: "Log lines that stdout did not take, because its reader was gone or too slow.",
    type: "counter",
    read: () => logging.droppedFromStdout(),
  });
  if (sink !== undefined) observeLogs(meter, sink);
  observeSpans(meter, traces);
  meter.observed({
    name: "telemetry_instrumentation_patched",
    help: "1 where instrumentation of a loaded module took, 0 where it did not.",
    type: "gauge",
    labels: ["module"],
    read: () => [...patched()].map(([module, took]) => ({ labels: { module }, value: Number(took) })),
  });
}

function observeLogs(meter: Meter, sink: LogSink): void {
  const counts = readTogether(() => sink.counts());
  const counter = (name: string, help: string, read: () => number): void =>
    meter.observed({ name: `telemetry_log_records_${name}_total`, help, type: "counter", read });
  counter("accepted", "Log records taken, those of earlier processes that were found on disk included.", () => {
    return counts().accepted;
  });
  counter("synced", "Log records that are safe against power loss.", () => counts().synced);
  counter("delivered", "Log records that the store has confirmed.", () => counts().delivered);
  counter("redirected", "Log records that were delivered, but into the failure store.", () => counts().redirected);
  counter("dead_lettered", "Log records that the store refused for good, kept in the dead-letter file.", () => {
    return counts().deadLettered;
  });
  meter.observed({
    name: "telemetry_log_records_dropped_total",
    help: "Log records that were thrown away, by reason.",
    type: "counter",
    labels: ["reason"],
    read: () => Object.entries(counts().dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  });
  meter.observed({
    name: "telemetry_log_records_buffered",
    help: "Log records that wait for delivery.",
    type: "gauge",
    read: () => counts().buffered,
  });
}

function observeSpans(meter: Meter, traces: Pick<Traces, "counts">): void {
  const counts = readTogether(() => traces.counts());
  meter.observed({
    name: "telemetry_spans_ended_total",
    help: "Sampled spans that have ended.",
    type: "counter",
    read: () => counts().ended,
  });
  meter.observed({
    name: "telemetry_spans_exported_total",
    help: "Spans that were confirmed by where they are sent to.",
    type: "counter",
    read: () => counts().exported,
  });
  meter.observed({
    name: "telemetry_spans_dropped_total",
    help: "Spans that were thrown away, by reason.",
    type: "counter",
    labels: ["reason"],
    read: () => Object.entries(counts().dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  });
  meter.observed({
    name: "telemetry_spans_queued",
    help: "Spans that wait for export.",
    type: "gauge",
    read: () => counts().queued,
  });
}

/** Metrics are read one after the other in the same turn of the event loop: they get the same counts. */
function readTogether<T>(read: () => T): () => T {
  let last: T | undefined;
  return () => {
    if (last !== undefined) return last;
    const counts = read();
    last = counts;
    queueMicrotask(() => {
      last = undefined;
    });
    return counts;
  };
}
