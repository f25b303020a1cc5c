import type { SpanView } from "../search/trace.ts";

/** A span at its place: under its parent, after what began before it. */
export interface PlacedSpan {
  readonly span: SpanView;
  readonly depth: number;
  /** Its parent is said to exist and is not here: not sampled, not arrived, or of somebody without traces. */
  readonly isOrphan: boolean;
}

/** Spans in the order in which they are read. Parents that go in a circle are broken up, so that each stands there once. */
export function placeSpans(spans: readonly SpanView[]): readonly PlacedSpan[] {
  const known = new Set(spans.map(({ span_id }) => span_id));
  const children = Map.groupBy(spans, ({ parent_id, span_id }) =>
    parent_id !== undefined && parent_id !== span_id && known.has(parent_id) ? parent_id : undefined,
  );
  const placed: PlacedSpan[] = [];
  const seen = new Set<SpanView>();
  const place = (roots: readonly SpanView[]): void => {
    const waiting = roots.toReversed().map((span) => ({ span, depth: 0 }));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth } = next;
      if (seen.has(span)) continue;
      seen.add(span);
      placed.push({ span, depth, isOrphan: depth === 0 && span.parent_id !== undefined });
      for (const child of (children.get(span.span_id) ?? []).toReversed())
        waiting.push({ span: child, depth: depth + 1 });
    }
  };
  place(children.get(undefined) ?? []);
  for (const span of spans) if (!seen.has(span)) place([span]);
  return placed;
}
