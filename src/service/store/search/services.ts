import type { Database } from "../database/open.ts";
import { numberAt, textAt } from "./rows.ts";

/** A service that something is known of. Milliseconds since 1970; undefined where there is nothing of it. */
export interface ServiceSummary {
  readonly name: string;
  readonly last_span_ms: number | undefined;
  readonly last_log_ms: number | undefined;
}

const maxServices = 500;

/** Services by name, with when they were last heard of. */
export function listServices({ statement }: Database): readonly ServiceSummary[] {
  // Goes from name to name in the index, so that it costs as much as there are services, not records.
  const last = (table: string, column: string): ReadonlyMap<string, number> =>
    new Map(
      statement(
        `WITH RECURSIVE names(known) AS (
           SELECT min(service) FROM ${table}
           UNION ALL SELECT (SELECT min(service) FROM ${table} WHERE service > known) FROM names WHERE known IS NOT NULL
         )
         SELECT known, (SELECT max(${column}) FROM ${table} WHERE service = known) AS last
         FROM names WHERE known IS NOT NULL LIMIT ${maxServices}`,
      )
        .all()
        .map((row): [string, number] => [textAt(row, "known"), numberAt(row, "last")]),
    );
  const [spans, logs] = [last("spans", "start_us"), last("logs", "time_ms")];
  return [...new Set([...spans.keys(), ...logs.keys()])].sort().map((name) => {
    const lastUs = spans.get(name);
    return {
      name,
      last_span_ms: lastUs === undefined ? undefined : Math.floor(lastUs / 1_000),
      last_log_ms: logs.get(name),
    };
  });
}
