import { context, propagation, type TextMapPropagator, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type Sampler, type SpanLimits, type SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ResourceAttributes } from "../settings/resource.ts";
import type { SpanLimitSettings, TraceSettings } from "../settings/traces.ts";

/** Registers context, propagators and, unless traces are off, a tracer provider with OpenTelemetry's API. */
export function registerLight(
  settings: TraceSettings,
  parts: { readonly resource: ResourceAttributes; readonly processor: SpanProcessor; readonly sampler: Sampler },
): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: settings.propagators.flatMap(propagator) }));
  if (!settings.enabled) return;
  trace.setGlobalTracerProvider(
    new TracerProvider({
      resource: resourceFromAttributes(parts.resource),
      sampler: parts.sampler,
      spanLimits: spanLimits(settings.limits),
      spanProcessors: [parts.processor],
    }),
  );
}

/** In the SDK's words; what is not set stays its default. */
export function spanLimits(limits: SpanLimitSettings): SpanLimits {
  const { attributeValueLength, attributes, events, links, attributesPerEvent, attributesPerLink } = limits;
  return {
    ...(attributeValueLength !== undefined && { attributeValueLengthLimit: attributeValueLength }),
    ...(attributes !== undefined && { attributeCountLimit: attributes }),
    ...(events !== undefined && { eventCountLimit: events }),
    ...(links !== undefined && { linkCountLimit: links }),
    ...(attributesPerEvent !== undefined && { attributePerEventCountLimit: attributesPerEvent }),
    ...(attributesPerLink !== undefined && { attributePerLinkCountLimit: attributesPerLink }),
  };
}

function propagator(name: string): readonly TextMapPropagator[] {
  if (name === "tracecontext") return [new W3CTraceContextPropagator()];
  return name === "baggage" ? [new W3CBaggagePropagator()] : [];
}
