import { severityOf } from "../bulk/record.ts";
import type { Database } from "../database/open.ts";
import { allOf } from "./clauses.ts";
import { numberAt, optionalTextAt, type Row, textAt } from "./rows.ts";

/** Which log lines; the newest first. What is left out does not narrow. */
export interface LogSearch {
  readonly service?: string | undefined;
  /** This level and worse ones. */
  readonly level?: string | undefined;
  readonly traceId?: string | undefined;
  /** Words that all occur somewhere in message or error; what stands in double quotes is one. */
  readonly text?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Lines that stand after this one: of another page. */
  readonly before?: Cursor | undefined;
  readonly limit: number;
}

/** The place of a line: lines of one millisecond differ in the order in which they came. */
export interface Cursor {
  readonly timeMs: number;
  readonly seq: number;
}

export interface LogLine {
  /** Its place, for `before`. */
  readonly cursor: string;
  readonly time_ms: number;
  readonly stream: string;
  readonly id: string;
  readonly service: string;
  readonly level: string;
  readonly message: string;
  readonly trace_id: string | undefined;
  readonly span_id: string | undefined;
  /** The whole line, JSON. */
  readonly document: string;
}

/** Characters of documents in one answer, which the last line may exceed: lines can be long, and an answer lies in memory. */
const maxAnswer = 8 * 1024 * 1024;

/** Whether there may be more lines than were found: there are as many as were asked for, or as fit into an answer. */
export function isFull(lines: readonly LogLine[], limit: number): boolean {
  return lines.length >= limit || lengthOf(lines) >= maxAnswer;
}

function lengthOf(lines: readonly LogLine[]): number {
  return lines.reduce((sum, { document }) => sum + document.length, 0);
}

/** Shorter words are not in the index of texts. */
const indexedLength = 3;

export function searchLogs({ sqlite, hasTextIndex }: Database, search: LogSearch): readonly LogLine[] {
  const { service, level, traceId, text = "", fromMs, toMs, before, limit } = search;
  const terms = termsOf(text);
  const indexed = terms.filter((term) => hasTextIndex && Array.from(term).length >= indexedLength);
  const others = terms.filter((term) => !indexed.includes(term));
  const { where, values } = allOf(
    indexed.length === 0
      ? undefined
      : ["logs.seq IN (SELECT rowid FROM log_text WHERE log_text MATCH ?)", indexed.map(phrase).join(" AND ")],
    ...others.map((term) => ["text LIKE ? ESCAPE '\\'", `%${term.replaceAll(/[\\%_]/g, "\\$&")}%`] as const),
    service === undefined ? undefined : ["service = ?", service],
    level === undefined ? undefined : ["severity >= ?", severityOf(level)],
    traceId === undefined ? undefined : ["trace_id = ?", traceId],
    fromMs === undefined ? undefined : ["time_ms >= ?", fromMs],
    toMs === undefined ? undefined : ["time_ms < ?", toMs],
    before === undefined ? undefined : ["(time_ms, seq) < (?, ?)", before.timeMs, before.seq],
  );
  // Not kept for the next time: each number of words is another statement.
  const rows = sqlite
    .prepare(
      `SELECT logs.*, streams.name AS stream_name FROM logs JOIN streams ON streams.id = logs.stream ${where}
     ORDER BY time_ms DESC, seq DESC LIMIT ?`,
    )
    .iterate(...values, limit);
  const lines: LogLine[] = [];
  let length = 0;
  for (const row of rows) {
    const line = lineOf(row);
    lines.push(line);
    length += line.document.length;
    if (length >= maxAnswer) break;
  }
  return lines;
}

/** Log lines of all streams, or of one. */
export function countLogs({ statement, records }: Database, stream: string | undefined): number {
  if (stream === undefined) return Number(statement("SELECT count(*) AS n FROM logs").get()?.["n"] ?? records.logs);
  const row = statement("SELECT count(*) AS n FROM logs WHERE stream = (SELECT id FROM streams WHERE name = ?)").get(
    stream,
  );
  return Number(row?.["n"] ?? 0);
}

/** `timeout "order 42"` are two terms. */
function termsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"?|(\S+)/g)]
    .map(([, quoted, word]) => quoted ?? word ?? "")
    .filter((term) => term !== "");
}

/** A phrase for FTS5, in which nothing but the quote means anything. */
function phrase(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

function lineOf(row: Row): LogLine {
  return {
    cursor: `${numberAt(row, "time_ms")}.${numberAt(row, "seq")}`,
    time_ms: numberAt(row, "time_ms"),
    stream: textAt(row, "stream_name"),
    id: textAt(row, "id"),
    service: textAt(row, "service"),
    level: textAt(row, "level"),
    message: textAt(row, "message"),
    trace_id: optionalTextAt(row, "trace_id"),
    span_id: optionalTextAt(row, "span_id"),
    document: textAt(row, "document"),
  };
}
