import { ROOT_CONTEXT, type SpanOptions, TraceFlags, trace } from "@opentelemetry/api";
import { type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";

/** Ended spans as the SDK makes them. */
export function makeSpans(count: number, options: SpanOptions = {}): readonly ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const provider = new TracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => spans.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const tracer = provider.getTracer("test");
  for (let index = 0; index < count; index++) tracer.startSpan(`span ${index}`, options, ROOT_CONTEXT).end();
  return spans;
}

/** A context whose parent is a span of another process. */
export function remoteParent(traceId: string, sampled: boolean): typeof ROOT_CONTEXT {
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: "00f067aa0ba902b7", traceFlags, isRemote: true });
}
