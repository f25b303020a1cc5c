import { type Request, type RequestHandler, type Response, Router } from "express";
import { isStreamName } from "../bulk/items.ts";
import type { RefusedReason, StoreCounts } from "../counts.ts";
import { queueLimits, requestLimits, retryAfterS } from "../limits.ts";
import { type OtlpFormat, otlpContentType, statusMessage } from "../otlp/answers.ts";
import type { Body, Signal, Taken } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import { NotAnswered, type Thread } from "../thread.ts";
import { createRoom, readBody } from "./body.ts";

/** How one protocol says no: content type and body for a status and a reason. */
type SayNo = (status: number, message: string) => { readonly contentType: string; readonly body: string | Uint8Array };

/**
 * Takes in traces (`POST /v1/traces`, OTLP/HTTP as JSON or protobuf) and log lines (`POST /_bulk` and
 * `POST /STREAM/_bulk`, a part of Elasticsearch's), both plain or gzip. A sender that is too fast gets 429, and 503
 * while nothing can be written, both with `Retry-After`.
 */
export function ingestRouter(writer: Thread, counts: StoreCounts): Router {
  const room = createRoom(queueLimits.bytes);

  const take = async (
    request: Request,
    response: Response,
    { signal, sayNo, send }: { signal: Signal; sayNo: SayNo; send: (body: Body) => Promise<Taken> },
  ): Promise<void> => {
    const refuse = (status: number, reason: RefusedReason, message: string): void => {
      counts.refused(signal, reason);
      if (status === 429) response.setHeader("retry-after", String(retryAfterS.overloaded));
      if (status === 503) response.setHeader("retry-after", String(retryAfterS.unavailable));
      request.resume();
      const { contentType, body } = sayNo(status, message);
      reply(response, status, contentType, body);
    };
    const behind = "more is sent than is written; slow down";
    const tooLarge = `the body has more than ${requestLimits.bodyBytes} bytes; send less at once`;
    const coding = (request.headers["content-encoding"] ?? "identity").toLowerCase();
    if (coding !== "identity" && coding !== "gzip") {
      response.setHeader("accept-encoding", "gzip, identity");
      refuse(415, "unreadable", `Content-Encoding ${JSON.stringify(coding.slice(0, 40))} is not read here; gzip is`);
      return;
    }
    if (writer.waiting() >= queueLimits.requests) {
      refuse(429, "overloaded", behind);
      return;
    }
    const read = await readBody(request, room);
    switch (read.type) {
      case "cut-off":
        return;
      case "too-large":
        refuse(413, "too_large", tooLarge);
        return;
      case "too-much-waits":
        refuse(429, "overloaded", behind);
        return;
      case "whole":
        break;
    }
    const { length } = read.bytes;
    try {
      const taken = await send({ bytes: read.bytes, isZipped: coding === "gzip" });
      counts.took(signal, taken);
      reply(response, taken.status, taken.contentType, taken.body);
    } catch (error) {
      if (error instanceof Refusal)
        refuse(error.status, error.status === 413 ? "too_large" : "unreadable", error.message);
      else if (error instanceof NotAnswered && error.because === "overloaded") refuse(429, "overloaded", behind);
      else if (error instanceof NotAnswered) refuse(503, "unavailable", error.message);
      else throw error;
    } finally {
      room.giveBack(length);
    }
  };

  const traces: RequestHandler = async (request, response) => {
    const format = otlpFormatOf(request.headers["content-type"]);
    if (format === undefined) {
      counts.refused("spans", "unreadable");
      request.resume();
      reply(response, 415, "text/plain; charset=utf-8", "OTLP is read as application/x-protobuf or application/json\n");
      return;
    }
    await take(request, response, {
      signal: "spans",
      sayNo: (_status, message) => ({ contentType: otlpContentType[format], body: statusMessage(format, message) }),
      send: (body) => writer.ask("takeTraces", { ...body, format }, [bufferOf(body)]),
    });
  };
  const bulk: RequestHandler = async (request, response) => {
    const { stream } = request.params;
    const name = typeof stream === "string" ? stream : undefined;
    const refuse = (status: number, message: string): void => {
      counts.refused("logs", "unreadable");
      request.resume();
      reply(response, status, "application/json", elasticError(status, message).body);
    };
    if (name !== undefined && !isStreamName(name)) refuse(400, `Invalid index name [${name.slice(0, 100)}]`);
    else if (!isJsonLines(request.headers["content-type"]))
      refuse(415, "_bulk is read as application/x-ndjson or application/json");
    else
      await take(request, response, {
        signal: "logs",
        sayNo: elasticError,
        send: (body) => writer.ask("takeBulk", { ...body, stream: name }, [bufferOf(body)]),
      });
  };
  // Elasticsearch takes both.
  return Router().post("/v1/traces", traces).post(bulkPaths, bulk).put(bulkPaths, bulk);
}

const bulkPaths = ["/_bulk", "/:stream/_bulk"];

function otlpFormatOf(contentType: string | undefined): OtlpFormat | undefined {
  const type = typeOf(contentType);
  return type === "application/json" ? "json" : type === "application/x-protobuf" ? "protobuf" : undefined;
}

function isJsonLines(contentType: string | undefined): boolean {
  return /^application\/(?:x-ndjson|json|vnd\.elasticsearch\+(?:x-ndjson|json))$/.test(typeOf(contentType));
}

function typeOf(contentType = ""): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "illegal_argument_exception",
  413: "content_too_long_exception",
  415: "media_type_header_exception",
  429: "es_rejected_execution_exception",
  503: "unavailable_shards_exception",
};

/** As Elasticsearch says it. */
function elasticError(status: number, reason: string): ReturnType<SayNo> & { readonly body: string } {
  const error = { type: errorTypes[status] ?? "exception", reason };
  return {
    contentType: "application/json",
    body: JSON.stringify({ error: { root_cause: [error], ...error }, status }),
  };
}

function bufferOf({ bytes }: Body): ArrayBuffer {
  if (bytes.buffer instanceof ArrayBuffer) return bytes.buffer;
  throw new TypeError("a body lies in shared memory");
}

function reply(response: Response, status: number, contentType: string, body: string | Uint8Array): void {
  response.status(status).setHeader("content-type", contentType);
  response.end(body);
}
