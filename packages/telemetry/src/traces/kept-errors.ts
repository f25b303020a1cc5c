import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { roughBytes } from "./span-size.ts";

/**
 * Traces that the ratio leaves out, recorded in this process until their first span here (the local root, mostly of a
 * server's request) ends: when that failed, it is kept with all its children here, otherwise nothing is. What other
 * processes did for the same trace is theirs to keep: each decides by its own local root.
 */
export interface KeptErrors {
  /** Whether a trace is being recorded: then its further spans are recorded as well. */
  has(traceId: string): boolean;
  start(span: ReadableSpan): void;
  /** Hands what is to be kept to `keep`. */
  end(span: ReadableSpan): void;
}

interface LocalTrace {
  /** Local roots that have not ended. */
  roots: number;
  /** Spans that have not ended. */
  open: number;
  kept: boolean;
  spans: ReadableSpan[];
  bytes: number;
  leftOut: number;
}

/** Traces at once, ended spans of one trace, and bytes of all ended spans; the oldest trace gives way. */
export interface KeptErrorsBounds {
  readonly traces: number;
  readonly spansOfTrace: number;
  readonly bytes: number;
}

const defaultBounds: KeptErrorsBounds = { traces: 4000, spansOfTrace: 100, bytes: 8 * 1024 * 1024 };

export function createKeptErrors(
  keep: (span: ReadableSpan) => void,
  bounds: KeptErrorsBounds = defaultBounds,
): KeptErrors {
  const traces = new Map<string, LocalTrace>();
  let bytes = 0;
  const forget = (traceId: string, trace: LocalTrace): void => {
    bytes -= trace.bytes;
    traces.delete(traceId);
  };
  const makeRoom = (): void => {
    while (traces.size > bounds.traces || bytes > bounds.bytes) {
      const [oldest] = traces;
      if (oldest === undefined) return;
      forget(...oldest);
    }
  };
  const keepAll = (trace: LocalTrace, root: ReadableSpan): void => {
    trace.kept = true;
    bytes -= trace.bytes;
    trace.bytes = 0;
    if (trace.leftOut > 0) root.attributes["telemetry.spans_left_out"] = trace.leftOut;
    for (const span of trace.spans) keep(span);
    trace.spans = [];
    keep(root);
  };
  return {
    has: (traceId) => traces.has(traceId),
    start(span) {
      const { traceId } = span.spanContext();
      let trace = traces.get(traceId);
      if (isLocalRoot(span)) {
        if (trace === undefined) {
          trace = { roots: 0, open: 0, kept: false, spans: [], bytes: 0, leftOut: 0 };
          traces.set(traceId, trace);
          if (traces.size > bounds.traces) makeRoom();
        }
        trace.roots++;
      }
      if (trace !== undefined) trace.open++;
    },
    end(span) {
      const { traceId } = span.spanContext();
      const trace = traces.get(traceId);
      if (trace === undefined) return;
      trace.open--;
      const root = isLocalRoot(span);
      if (root) trace.roots--;
      if (trace.kept) keep(span);
      else if (root && span.status.code === SpanStatusCode.ERROR) keepAll(trace, span);
      else if (trace.roots === 0) forget(traceId, trace);
      else if (trace.spans.length >= bounds.spansOfTrace) trace.leftOut++;
      else {
        const own = roughBytes(span);
        trace.spans.push(span);
        trace.bytes += own;
        bytes += own;
        if (bytes > bounds.bytes) makeRoom();
      }
      // Children may end after a failed root: a call that was given up, for one.
      if (trace.kept && trace.open <= 0) forget(traceId, trace);
    },
  };
}

function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true;
}
