import { maxSpansPerTrace } from "../limits.ts";
import type { SpanRecord } from "../otlp/spans.ts";
import { type Database, inTransaction } from "./open.ts";

/** What became of spans: `tooMany` belong to traces that are full. */
export interface WrittenSpans {
  readonly stored: number;
  readonly duplicates: number;
  readonly tooMany: number;
}

/** Keeps spans, all in one transaction, and brings their traces up to date. Throws what SQLite throws. */
export function writeSpans(database: Database, spans: readonly SpanRecord[], nowMs: number): WrittenSpans {
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  return inTransaction(database, () => {
    const total = { stored: 0, duplicates: 0, tooMany: 0 };
    for (const [id, own] of traces) {
      const { stored, duplicates, tooMany } = writeTrace(database, { id, nowMs, spans: own });
      total.stored += stored;
      total.duplicates += duplicates;
      total.tooMany += tooMany;
    }
    return total;
  });
}

/** Where a trace begins, as far as its spans tell: at the one without a parent, else at the earliest. */
interface Root {
  readonly service: string;
  readonly name: string;
  readonly startUs: number;
  readonly isRoot: boolean;
}

function writeTrace(
  database: Database,
  { id, nowMs, spans }: { readonly id: string; readonly nowMs: number; readonly spans: readonly SpanRecord[] },
): WrittenSpans {
  const { statement, records } = database;
  const before = statement("SELECT * FROM traces WHERE id = ?").get(id);
  const seq = Number(
    before?.["seq"] ??
      statement(
        `INSERT INTO traces (id, received_ms, start_us, end_us, spans, errors, root_service, root_name, root_start_us, has_root)
         VALUES (?, ?, 0, 0, 0, 0, '', '', 0, 0)`,
      ).run(id, nowMs).lastInsertRowid,
  );
  if (before === undefined) records.traces++;
  let count = Number(before?.["spans"] ?? 0);
  let duplicates = 0;
  let tooMany = 0;
  const added: SpanRecord[] = [];
  for (const span of spans) {
    if (count >= maxSpansPerTrace) tooMany++;
    else if (!insert(database, seq, span)) duplicates++;
    else {
      count++;
      added.push(span);
    }
  }
  if (added.length > 0) {
    const starts = added.map(({ startUs }) => startUs);
    const ends = added.map(({ startUs, durationUs }) => Math.ceil(startUs + durationUs));
    const root = [rootBefore(before), ...added.map(rootOf)].reduce(earlier);
    statement(
      `UPDATE traces SET start_us = ?, end_us = ?, spans = ?, errors = errors + ?,
       root_service = ?, root_name = ?, root_start_us = ?, has_root = ? WHERE seq = ?`,
    ).run(
      Math.min(...starts, Number(before?.["start_us"] ?? Number.POSITIVE_INFINITY)),
      Math.max(...ends, Number(before?.["end_us"] ?? 0)),
      count,
      added.filter(({ isError }) => isError).length,
      ...(root === undefined ? ["", "", 0, 0] : [root.service, root.name, root.startUs, root.isRoot ? 1 : 0]),
      seq,
    );
  }
  records.spans += added.length;
  return { stored: added.length, duplicates, tooMany };
}

/** False where the trace has a span with that identifier. */
function insert({ statement }: Database, trace: number, span: SpanRecord): boolean {
  const { spanId, parentId = null, service, name, kind, startUs, durationUs, isError, peer = null, details } = span;
  const { changes } = statement(
    `INSERT INTO spans (trace, id, parent, service, name, kind, start_us, duration_us, error, peer, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(
    trace,
    spanId,
    parentId,
    service,
    name,
    kind,
    startUs,
    durationUs,
    isError ? 1 : 0,
    peer,
    JSON.stringify(details),
  );
  return changes !== 0;
}

function rootBefore(row: Readonly<Record<string, unknown>> | undefined): Root | undefined {
  if (row === undefined) return undefined;
  return {
    service: String(row["root_service"]),
    name: String(row["root_name"]),
    startUs: Number(row["root_start_us"]),
    isRoot: row["has_root"] === 1,
  };
}

function rootOf({ service, name, startUs, parentId }: SpanRecord): Root {
  return { service, name, startUs, isRoot: parentId === undefined };
}

function earlier(a: Root | undefined, b: Root | undefined): Root | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.isRoot !== b.isRoot) return a.isRoot ? a : b;
  return b.startUs < a.startUs ? b : a;
}
