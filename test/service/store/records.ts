import { type Database, openDatabase } from "../../../src/service/store/database/open.ts";
import type { StoreLimits } from "../../../src/service/store/limits.ts";
import type { SpanRecord } from "../../../src/service/store/otlp/spans.ts";

/** Bounds that no test meets by accident. */
export const wide: StoreLimits = { maxBytes: 64 * 1024 ** 2, maxAgeMs: 86_400_000, maxRecords: 1_000_000 };

export function memory(limits: Partial<StoreLimits> = {}): Database {
  return openDatabase(undefined, { limits: { ...wide, ...limits } });
}

/** An identifier that tells its number. */
export function traceId(number: number): string {
  return number.toString(16).padStart(32, "0");
}

export function spanId(number: number): string {
  return number.toString(16).padStart(16, "0");
}

/** A span that is well, with what differs. */
export function span(more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    ...{ traceId: traceId(1), spanId: spanId(1), parentId: undefined, service: "gateway", name: "GET /", kind: 2 },
    ...{ startUs: 1_000_000, durationUs: 1_000, isError: false, peer: undefined },
    details: { attributes: {}, resource: {} },
    ...more,
  };
}

/** A body of `_bulk`: pairs of identifier and document. */
export function bulk(...lines: readonly (readonly [id: string, document: object])[]): Uint8Array {
  return Buffer.from(
    lines.map(([_id, document]) => `${JSON.stringify({ create: { _id } })}\n${JSON.stringify(document)}\n`).join(""),
  );
}
