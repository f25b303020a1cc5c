import { type Context, TraceFlags, trace } from "@opentelemetry/api";
import type { Exemplar } from "../metrics/instruments.ts";

/** The span of a context as exemplar, where it is exported: one that leads to no trace helps nobody. */
export function exemplarOf(context: Context): Exemplar | undefined {
  const span = trace.getSpanContext(context);
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { traceId: span.traceId, spanId: span.spanId };
}
