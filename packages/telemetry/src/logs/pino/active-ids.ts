import { context, INVALID_TRACEID, type SpanContext, trace } from "@opentelemetry/api";

/** The span that is at work here, where there is one. */
export function activeSpan(): SpanContext | undefined {
  const spanContext = trace.getSpan(context.active())?.spanContext();
  return spanContext !== undefined && spanContext.traceId !== INVALID_TRACEID ? spanContext : undefined;
}

/** Its ids as a piece of JSON that begins with a comma; empty where there is none. */
export function idsOf(spanContext: SpanContext | undefined): string {
  return spanContext === undefined ? "" : `,"trace.id":"${spanContext.traceId}","span.id":"${spanContext.spanId}"`;
}
