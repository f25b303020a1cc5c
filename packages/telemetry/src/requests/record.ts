import { type Attributes, SpanStatusCode } from "@opentelemetry/api";
import type { RequestLogger } from "../logs/pino/request-logger.ts";
import type { FindSeries } from "./series.ts";
import type { ServedRequest } from "./served-request.ts";

/** How a request ended. */
export interface Ending {
  /** Undefined where the connection closed before one was sent. */
  readonly status: number | undefined;
  /** The client left, or the connection broke, before the answer was complete. */
  readonly isAborted: boolean;
}

export interface Recorders {
  readonly seriesOf: FindSeries;
  readonly log: RequestLogger | undefined;
}

/** Writes a finished request down: span, histogram, log line. */
export function record(request: ServedRequest, ending: Ending, { seriesOf, log }: Recorders): void {
  const durationMs = performance.now() - request.startedMs;
  const { span, method, route, scheme } = request;
  const { status, isAborted } = ending;
  const spanContext = span?.spanContext();
  if (span?.isRecording()) {
    describe(span, request, ending);
    span.end();
  }
  const isSampled = spanContext !== undefined && (spanContext.traceFlags & 1) === 1;
  seriesOf({ method, route, status: status ?? 0, scheme }).observe(
    durationMs / 1000,
    isSampled ? { traceId: spanContext.traceId, spanId: spanContext.spanId } : undefined,
  );
  log?.write(request, { status, isAborted, durationMs, spanContext });
}

type RecordingSpan = NonNullable<ServedRequest["span"]>;

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server */
function describe(span: RecordingSpan, request: ServedRequest, { status, isAborted }: Ending): void {
  const { route, method, failure } = request;
  const attributes: Attributes = {};
  if (route !== "") {
    attributes["http.route"] = route;
    span.updateName(`${nameOf(method)} ${route}`);
  }
  if (status !== undefined) attributes["http.response.status_code"] = status;
  const errorType = errorTypeOf(request, { status, isAborted });
  if (errorType !== undefined) attributes["error.type"] = errorType;
  span.setAttributes(attributes);
  if (failure !== undefined)
    span.recordException({ name: failure.type, message: failure.message, stack: failure.stack });
  if (status !== undefined && status >= 500)
    span.setStatus({ code: SpanStatusCode.ERROR, ...(failure === undefined ? {} : { message: failure.message }) });
}

/** The name of a failure, else the status if it says that the server failed, else that the client left. */
export function errorTypeOf({ failure }: ServedRequest, { status, isAborted }: Ending): string | undefined {
  if (status !== undefined && status >= 500) return failure?.type ?? String(status);
  return isAborted ? "aborted" : undefined;
}

/** Span names never hold a method that a stranger made up. */
export function nameOf(method: string): string {
  return method === "_OTHER" ? "HTTP" : method;
}
