import type { SpanContext } from "@opentelemetry/api";
import type { LoggerSettings } from "../../settings/logger.ts";
import { idsOf } from "./active-ids.ts";
import { isoNow } from "./clock.ts";
import type { Destination } from "./destination.ts";
import type { EcsBase } from "./ecs.ts";

/** What the log line of a request is made of. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: string;
  readonly scheme: string;
  readonly httpVersion: string;
  readonly userAgent: string | undefined;
  readonly clientAddress: string | undefined;
  readonly failure: { readonly type: string; readonly message: string; readonly stack: string } | undefined;
}

export interface LoggedEnding {
  /** Undefined where the connection closed before one was sent. */
  readonly status: number | undefined;
  readonly isAborted: boolean;
  readonly durationMs: number;
  readonly spanContext: SpanContext | undefined;
}

/** Writes one line for each request that has ended. */
export interface RequestLogger {
  write(request: LoggedRequest, ending: LoggedEnding): void;
}

/**
 * The line is put together by hand: pino, which asks each field for its type, a serializer and a redaction, takes eight
 * times as long, and there is one such line for each request. The fields and their order are fixed.
 */
export function createRequestLogger(
  base: EcsBase,
  { level }: Pick<LoggerSettings, "level">,
  destination: Pick<Destination, "write">,
): RequestLogger {
  const rest = JSON.stringify(base).slice(1, -1);
  const least = order.indexOf(level);
  return {
    write(request, ending) {
      const lineLevel = levelOf(ending);
      if (order.indexOf(lineLevel) < least) return;
      const { method, path, query, route, failure, userAgent, clientAddress } = request;
      const { status, isAborted, durationMs, spanContext } = ending;
      let line = `{"log.level":"${lineLevel}","@timestamp":"${isoNow()}",${rest}${idsOf(spanContext)}`;
      line += `,"event.category":"web","event.outcome":"${outcomeOf(ending)}"`;
      line += `,"event.duration":${Math.round(durationMs * 1e6)},"http.request.method":"${method}"`;
      if (status !== undefined) line += `,"http.response.status_code":${status}`;
      if (route !== "") line += `,"http.route":${JSON.stringify(route)}`;
      line += `,"http.version":"${request.httpVersion}","url.scheme":"${request.scheme}"`;
      line += `,"url.path":${JSON.stringify(path)}`;
      if (query !== "") line += `,"url.query":${JSON.stringify(query)}`;
      if (clientAddress !== undefined) line += `,"client.address":${JSON.stringify(clientAddress)}`;
      if (userAgent !== undefined) line += `,"user_agent.original":${JSON.stringify(userAgent)}`;
      if (failure !== undefined) {
        line += `,"error.type":${JSON.stringify(failure.type)},"error.message":${JSON.stringify(failure.message)}`;
        if (lineLevel === "error") line += `,"error.stack_trace":${JSON.stringify(failure.stack)}`;
      }
      destination.write(`${line},"message":"${isAborted ? "request aborted" : "request finished"}"}\n`);
    },
  };
}

const order = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

function levelOf({ status, isAborted }: LoggedEnding): string {
  if (status !== undefined && status >= 500) return "error";
  return isAborted || (status !== undefined && status >= 400) ? "warn" : "info";
}

function outcomeOf({ status, isAborted }: LoggedEnding): string {
  if (isAborted) return "unknown";
  return status !== undefined && status >= 400 ? "failure" : "success";
}
