import type { Database } from "../database/open.ts";
import { type LogOutcome, writeLogs } from "../database/write-logs.ts";
import { unpack } from "../ingest/unpack.ts";
import type { Body, RejectReason, Taken } from "../protocol.ts";
import { type BulkItem, type ItemError, itemsOf } from "./items.ts";

/** Keeps the documents of a `_bulk` request and answers for each. Throws `Refusal`, and what SQLite throws. */
export function takeBulk(
  { stream, ...body }: Body & { readonly stream: string | undefined },
  { database, nowMs }: { readonly database: Database; readonly nowMs: number },
): Taken {
  const beganMs = performance.now();
  const items = itemsOf(unpack(body.bytes, body.isZipped), stream);
  const outcomes = writeLogs(database, items, nowMs);
  const rejected: Partial<Record<RejectReason, number>> = {};
  let ingested = 0;
  const answers = items.map((item, index) => {
    const outcome = outcomes[index] ?? "created";
    if (typeof outcome === "string" && outcome !== "duplicate") ingested++;
    else {
      const reason = outcome === "duplicate" ? "duplicate" : outcome.counts;
      rejected[reason] = (rejected[reason] ?? 0) + 1;
    }
    return { [item.action]: answerOf(item, outcome) };
  });
  const took = Math.round(performance.now() - beganMs);
  const errors = ingested < items.length;
  return {
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ errors, took, items: answers }),
    ingested,
    rejected,
  };
}

function answerOf({ stream, id }: BulkItem, outcome: LogOutcome): object {
  const place = { _index: stream, _id: id };
  if (outcome === "duplicate") {
    const reason = `[${id}]: version conflict, document already exists`;
    return { ...place, status: 409, error: errorOf(place, { type: "version_conflict_engine_exception", reason }) };
  }
  if (typeof outcome !== "string") return { ...place, status: 400, error: errorOf(place, outcome) };
  const isNew = outcome === "created";
  const shards = { total: 1, successful: 1, failed: 0 };
  return { ...place, result: outcome, _shards: shards, status: isNew ? 201 : 200 };
}

function errorOf(
  { _index }: { readonly _index: string },
  { type, reason }: Pick<ItemError, "type" | "reason">,
): object {
  return { type, reason, index: _index };
}
