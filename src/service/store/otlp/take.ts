import type { Database } from "../database/open.ts";
import { writeSpans } from "../database/write-spans.ts";
import { unpack } from "../ingest/unpack.ts";
import { maxSpansPerTrace, requestLimits } from "../limits.ts";
import type { Body, Taken } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import { exportResponse, type OtlpFormat, otlpContentType } from "./answers.ts";
import { exportTraceServiceRequest } from "./messages.ts";
import { spansOf } from "./spans.ts";
import { decode, maxMessages, WireError } from "./wire.ts";

const openBrace = 0x7b;
const openBracket = 0x5b;

/**
 * Keeps the spans of an `ExportTraceServiceRequest`. A span that is known already is the same one sent again, and
 * counts as kept for its sender. Throws `Refusal`, and what SQLite throws.
 */
export function takeTraces(
  { format, ...body }: Body & { readonly format: OtlpFormat },
  { database, nowMs }: { readonly database: Database; readonly nowMs: number },
): Taken {
  const { spans, rejected, reason } = spansOf(read(unpack(body.bytes, body.isZipped), format), requestLimits.spans);
  const { stored, duplicates, tooMany } = writeSpans(database, spans, nowMs);
  const left = rejected + tooMany;
  const why = reason ?? `the trace has more than ${maxSpansPerTrace} spans`;
  return {
    status: 200,
    contentType: otlpContentType[format],
    body: exportResponse(format, left, why),
    ingested: stored,
    rejected: { invalid: rejected, duplicate: duplicates, too_many: tooMany },
  };
}

function read(bytes: Uint8Array, format: OtlpFormat): unknown {
  try {
    return format === "protobuf" ? decode(bytes, exportTraceServiceRequest) : parse(bytes);
  } catch (error) {
    if (!(error instanceof WireError) && !(error instanceof SyntaxError)) throw error;
    throw new Refusal(400, `the body is no ${format === "json" ? "JSON" : "protobuf"}: ${error.message}`);
  }
}

/** An empty object takes three bytes here and fifty in memory, so they are counted before they are made. */
function parse(bytes: Uint8Array): unknown {
  let count = 0;
  for (const byte of bytes) if (byte === openBrace || byte === openBracket) count++;
  if (count > maxMessages) throw new Refusal(413, `more than ${maxMessages} objects and lists in one request`);
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
}
