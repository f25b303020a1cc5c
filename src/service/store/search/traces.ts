import type { Database } from "../database/open.ts";
import { allOf } from "./clauses.ts";
import { numberAt, type Row, textAt } from "./rows.ts";

/** Which traces; the newest first. What is left out does not narrow. */
export interface TraceSearch {
  /** Has a span of it. */
  readonly service?: string | undefined;
  readonly minDurationMs?: number | undefined;
  /** Has a span that failed. */
  readonly hasError?: boolean | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
}

export interface TraceSummary {
  readonly trace_id: string;
  readonly start_ms: number;
  /** From its first beginning to its last end. */
  readonly duration_ms: number;
  /** Of the span without a parent, else of the earliest that is known. */
  readonly service: string;
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
  /** All services in it, by name. */
  readonly services: readonly string[];
}

export function searchTraces({ statement }: Database, search: TraceSearch): readonly TraceSummary[] {
  const { service, minDurationMs, hasError, fromMs, toMs, limit } = search;
  const { where, values } = allOf(
    minDurationMs === undefined ? undefined : ["end_us - start_us >= ?", minDurationMs * 1_000],
    hasError === undefined ? undefined : [hasError ? "errors > 0" : "errors = 0"],
    fromMs === undefined ? undefined : ["start_us >= ?", fromMs * 1_000],
    toMs === undefined ? undefined : ["start_us < ?", toMs * 1_000],
    service === undefined
      ? undefined
      : ["EXISTS (SELECT 1 FROM spans WHERE spans.trace = traces.seq AND spans.service = ?)", service],
  );
  return statement(
    `SELECT id, start_us, end_us, spans, errors, root_service, root_name,
       (SELECT json_group_array(DISTINCT service) FROM spans WHERE spans.trace = traces.seq) AS services
     FROM traces ${where} ORDER BY start_us DESC, seq DESC LIMIT ?`,
  )
    .all(...values, limit)
    .map(summaryOf);
}

/** A trace as lists show it. */
export function summaryOf(row: Row): TraceSummary {
  const services: unknown = JSON.parse(textAt(row, "services"));
  return {
    trace_id: textAt(row, "id"),
    start_ms: numberAt(row, "start_us") / 1_000,
    duration_ms: (numberAt(row, "end_us") - numberAt(row, "start_us")) / 1_000,
    service: textAt(row, "root_service"),
    name: textAt(row, "root_name"),
    spans: numberAt(row, "spans"),
    errors: numberAt(row, "errors"),
    services: Array.isArray(services) ? services.map(String).sort() : [],
  };
}
