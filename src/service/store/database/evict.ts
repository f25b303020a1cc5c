import type { EvictReason, Signal } from "../protocol.ts";
import { type Database, inTransaction, usedBytes } from "./open.ts";

/** What was thrown away. */
export interface Evicted {
  readonly signal: Signal;
  readonly reason: EvictReason;
  readonly records: number;
}

/** Log lines, and traces with all their spans, that go at once; the trace that reaches the number of spans is the last. */
const batch = { logs: 2_000, traces: 200, spans: 2_000 } as const;
/** Throwing away begins and ends at these parts of the bytes, so that writing never meets the end. */
const beginsAt = 0.92;
const endsAt = 0.85;
/** Longer than this it does not hold up what waits to be written; the next write goes on. */
const maxMs = 400;

/**
 * Throws away what is too old, and the oldest where there is too much. Traces go as a whole. `downTo` is the part of the
 * bytes that may stay, where SQLite says that nothing more fits. Throws what SQLite throws.
 */
export function evict(
  database: Database,
  { nowMs, downTo }: { readonly nowMs: number; readonly downTo?: number },
): readonly Evicted[] {
  const { limits, records, databaseBytes } = database;
  const untilMs = downTo === undefined ? performance.now() + maxMs : Number.POSITIVE_INFINITY;
  const done: Evicted[] = [];
  const remove = (signal: Signal, reason: EvictReason, before = Number.POSITIVE_INFINITY): number => {
    const count = inTransaction(database, () =>
      signal === "logs" ? removeLogs(database, before) : removeTraces(database, before),
    );
    if (count > 0) done.push({ signal, reason, records: count });
    return count;
  };
  const mayGoOn = (): boolean => performance.now() < untilMs;

  const oldest = nowMs - limits.maxAgeMs;
  for (const signal of ["logs", "spans"] as const) {
    while (oldestOf(database, signal) < oldest && remove(signal, "age", oldest) > 0 && mayGoOn());
    while (records[signal] > limits.maxRecords && remove(signal, "records") > 0 && mayGoOn());
  }
  const target = databaseBytes * (downTo ?? (usedBytes(database) > databaseBytes * beginsAt ? endsAt : 1));
  while (usedBytes(database) > target && (records.logs > 0 || records.spans > 0) && mayGoOn()) {
    // What came in first goes first, be it lines or traces, so that both tell of the same time.
    const signal = oldestOf(database, "logs") <= oldestOf(database, "spans") ? "logs" : "spans";
    if (remove(signal, "bytes") === 0) break;
  }
  return done;
}

/** When the oldest record came in; infinity where there is none. */
function oldestOf({ statement }: Database, signal: Signal): number {
  const table = signal === "logs" ? "logs" : "traces";
  const row = statement(`SELECT received_ms AS at FROM ${table} ORDER BY seq LIMIT 1`).get();
  return row === undefined ? Number.POSITIVE_INFINITY : Number(row["at"]);
}

function removeLogs({ statement, records, hasTextIndex }: Database, beforeMs: number): number {
  const last = lastOf(
    statement(
      "SELECT max(seq) AS seq FROM (SELECT seq, received_ms FROM logs ORDER BY seq LIMIT ?) WHERE received_ms < ?",
    ).get(batch.logs, beforeMs),
  );
  if (last === undefined) return 0;
  if (hasTextIndex) statement("DELETE FROM log_text WHERE rowid IN (SELECT seq FROM logs WHERE seq <= ?)").run(last);
  const { changes } = statement("DELETE FROM logs WHERE seq <= ?").run(last);
  records.logs -= Number(changes);
  return Number(changes);
}

function removeTraces({ statement, records }: Database, beforeMs: number): number {
  let last: number | undefined;
  let spansOfBatch = 0;
  for (const row of statement("SELECT seq, spans, received_ms FROM traces ORDER BY seq LIMIT ?").all(batch.traces)) {
    if (Number(row["received_ms"]) >= beforeMs || spansOfBatch >= batch.spans) break;
    last = Number(row["seq"]);
    spansOfBatch += Number(row["spans"]);
  }
  if (last === undefined) return 0;
  const spans = Number(statement("DELETE FROM spans WHERE trace <= ?").run(last).changes);
  records.traces -= Number(statement("DELETE FROM traces WHERE seq <= ?").run(last).changes);
  records.spans -= spans;
  return spans;
}

function lastOf(row: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const seq = row?.["seq"];
  return typeof seq === "number" ? seq : undefined;
}
