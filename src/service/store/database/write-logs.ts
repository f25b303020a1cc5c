import type { BulkItem, ItemError } from "../bulk/items.ts";
import type { LogRecord } from "../bulk/record.ts";
import { maxStreams } from "../limits.ts";
import { type Database, inTransaction } from "./open.ts";

/** What became of an item. `duplicate`: there is a line with its `_id`, and it was to be created. */
export type LogOutcome = "created" | "updated" | "duplicate" | ItemError;

/** Keeps log lines, all in one transaction; gives what became of each. Throws what SQLite throws. */
export function writeLogs(database: Database, items: readonly BulkItem[], nowMs: number): readonly LogOutcome[] {
  return inTransaction(database, () =>
    items.map(({ action, stream: name, id, content }): LogOutcome => {
      if (!("document" in content)) return content;
      const stream = streamId(database, name);
      if (stream === undefined) {
        const reason = `there are ${maxStreams} data streams already`;
        return { type: "illegal_argument_exception", reason, counts: "invalid" };
      }
      const record = { stream, id, nowMs, content };
      if (insert(database, record)) return "created";
      if (action === "create") return "duplicate";
      replace(database, record);
      return "updated";
    }),
  );
}

interface Row {
  readonly stream: number;
  readonly id: string;
  readonly nowMs: number;
  readonly content: LogRecord;
}

function insert(database: Database, { stream, id, nowMs, content: log }: Row): boolean {
  const { changes, lastInsertRowid } = database
    .statement(
      `INSERT INTO logs (stream, id, received_ms, time_ms, service, level, severity, trace_id, span_id, message, text, document)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, id) DO NOTHING`,
    )
    .run(stream, id, nowMs, ...columnsOf(log));
  if (changes === 0) return false;
  if (database.hasTextIndex)
    database.statement("INSERT INTO log_text (rowid, text) VALUES (?, ?)").run(lastInsertRowid, log.text);
  database.records.logs++;
  return true;
}

function replace({ statement, hasTextIndex }: Database, { stream, id, content: log }: Row): void {
  const seq = Number(statement("SELECT seq FROM logs WHERE stream = ? AND id = ?").get(stream, id)?.["seq"]);
  statement(
    `UPDATE logs SET time_ms = ?, service = ?, level = ?, severity = ?, trace_id = ?, span_id = ?, message = ?, text = ?, document = ?
     WHERE seq = ?`,
  ).run(...columnsOf(log), seq);
  if (!hasTextIndex) return;
  statement("DELETE FROM log_text WHERE rowid = ?").run(seq);
  statement("INSERT INTO log_text (rowid, text) VALUES (?, ?)").run(seq, log.text);
}

function columnsOf(log: LogRecord): readonly (string | number | null)[] {
  const { timeMs, service, level, severity, traceId = null, spanId = null, message, text, document } = log;
  return [timeMs, service, level, severity, traceId, spanId, message, text, document];
}

/** Undefined where there are too many. */
function streamId({ statement, streams }: Database, name: string): number | undefined {
  const known = streams.get(name);
  if (known !== undefined) return known;
  const row = statement("SELECT id FROM streams WHERE name = ?").get(name);
  if (row === undefined && Number(statement("SELECT count(*) AS n FROM streams").get()?.["n"]) >= maxStreams)
    return undefined;
  const id = row?.["id"] ?? statement("INSERT INTO streams (name) VALUES (?)").run(name).lastInsertRowid;
  streams.set(name, Number(id));
  return Number(id);
}
