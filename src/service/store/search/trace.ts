import type { Database } from "../database/open.ts";
import type { SpanDetails } from "../otlp/spans.ts";
import { type LogLine, searchLogs } from "./logs.ts";
import { numberAt, optionalTextAt, type Row, textAt } from "./rows.ts";
import { summaryOf, type TraceSummary } from "./traces.ts";

/** A trace with everything that is known of it. */
export interface TraceView extends TraceSummary {
  /** By their beginning. */
  readonly span_list: readonly SpanView[];
  /** By time, the oldest first; at most `maxLines`. */
  readonly log_lines: readonly LogLine[];
}

export interface SpanView {
  readonly span_id: string;
  readonly parent_id: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly error: boolean;
  readonly peer: string | undefined;
  readonly details: SpanDetails;
}

const kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
export type SpanKind = (typeof kinds)[number];

/** Spans, characters of their details, and lines that a view has; `spans` says how many there are. */
const maxSpans = 2_000;
const maxDetails = 8 * 1024 * 1024;
const maxLines = 500;

/** Undefined where there is neither a span nor a log line with that trace identifier. */
export function findTrace(database: Database, id: string): TraceView | undefined {
  const { statement } = database;
  const row = statement(
    `SELECT *, (SELECT json_group_array(DISTINCT service) FROM spans WHERE spans.trace = traces.seq) AS services
     FROM traces WHERE id = ?`,
  ).get(id);
  const log_lines = searchLogs(database, { traceId: id, limit: maxLines }).toReversed();
  if (row === undefined) return log_lines.length === 0 ? undefined : fromLines(id, log_lines);
  return { ...summaryOf(row), span_list: spansOf(database, numberAt(row, "seq")), log_lines };
}

function spansOf({ statement }: Database, trace: number): readonly SpanView[] {
  const rows = statement("SELECT * FROM spans WHERE trace = ? ORDER BY start_us, id LIMIT ?").iterate(trace, maxSpans);
  const spans: SpanView[] = [];
  let length = 0;
  for (const row of rows) {
    spans.push(spanOf(row));
    length += textAt(row, "details").length;
    if (length >= maxDetails) break;
  }
  return spans;
}

/** Of a trace that was not sampled, or whose spans are gone. */
function fromLines(id: string, lines: readonly LogLine[]): TraceView {
  const times = lines.map(({ time_ms }) => time_ms);
  const start_ms = Math.min(...times);
  const services = [...new Set(lines.map(({ service }) => service))].sort();
  return {
    ...{ trace_id: id, start_ms, duration_ms: Math.max(...times) - start_ms, service: "", name: "" },
    ...{ spans: 0, errors: 0, services, span_list: [], log_lines: lines },
  };
}

function spanOf(row: Row): SpanView {
  return {
    span_id: textAt(row, "id"),
    parent_id: optionalTextAt(row, "parent"),
    service: textAt(row, "service"),
    name: textAt(row, "name"),
    kind: kinds[numberAt(row, "kind")] ?? "unspecified",
    start_ms: numberAt(row, "start_us") / 1_000,
    duration_ms: numberAt(row, "duration_us") / 1_000,
    error: row["error"] === 1,
    peer: optionalTextAt(row, "peer"),
    details: detailsOf(textAt(row, "details")),
  };
}

/** We wrote it ourselves. */
function detailsOf(text: string): SpanDetails {
  return JSON.parse(text);
}
