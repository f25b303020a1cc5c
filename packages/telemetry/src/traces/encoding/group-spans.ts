import type { ReadableSpan } from "@opentelemetry/sdk-trace";

type Resource = ReadableSpan["resource"];
type Scope = ReadableSpan["instrumentationScope"];

export interface ResourceGroup {
  readonly resource: Resource;
  readonly scopes: Iterable<{ readonly scope: Scope; readonly spans: readonly ReadableSpan[] }>;
}

/** Spans as OTLP nests them; the SDK gives the same object for the same resource and the same tracer. */
export function groupSpans(spans: readonly ReadableSpan[]): Iterable<ResourceGroup> {
  const groups = new Map<Resource, Map<Scope, { scope: Scope; spans: ReadableSpan[] }>>();
  for (const span of spans) {
    let scopes = groups.get(span.resource);
    if (scopes === undefined) {
      scopes = new Map();
      groups.set(span.resource, scopes);
    }
    const group = scopes.get(span.instrumentationScope);
    if (group === undefined) scopes.set(span.instrumentationScope, { scope: span.instrumentationScope, spans: [span] });
    else group.spans.push(span);
  }
  return Array.from(groups, ([resource, scopes]) => ({ resource, scopes: scopes.values() }));
}
