import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Reporter } from "../reports/reporter.ts";
import type { QueueSettings } from "../settings/traces.ts";
import type { SpanCounts } from "./counts.ts";
import { createExportLoop } from "./export-loop.ts";
import { createKeptErrors, type KeptErrors } from "./kept-errors.ts";
import { createSpanQueue } from "./span-queue.ts";
import type { SpanSender } from "./span-sender.ts";

/** Takes ended spans from the SDK to their receivers, and accounts for each. */
export interface Spans {
  readonly processor: SpanProcessor;
  /** What the sampler asks. */
  readonly isRecorded: (traceId: string) => boolean;
  /** Summed up over the receivers: two of them count each span twice. */
  counts(): SpanCounts;
  flush(deadlineMs: number): Promise<void>;
  shutdown(deadlineMs: number): Promise<void>;
  /** The process ends now: drops, counts and reports what is queued. */
  end(): void;
}

export interface SpansOptions {
  readonly senders: readonly SpanSender[];
  readonly settings: QueueSettings;
  readonly reporter: Reporter;
}

/** What the SDK's own `shutdown()` waits for, which knows no deadline. */
const deadlineOfSdkMs = 5000;

export function createSpans({ senders, settings, reporter }: SpansOptions): Spans {
  const lanes = senders.map((sender) => {
    const queue = createSpanQueue(settings);
    return { queue, loop: createExportLoop({ queue, sender, settings, reporter }) };
  });
  const take = (span: ReadableSpan): void => {
    for (const { queue, loop } of lanes)
      if (queue.add(span)) loop.wake();
      else if (queue.size > 0)
        reporter.begin("spans-full", "spans are dropped: too many wait for their export", { queued: queue.size });
  };
  const kept: KeptErrors = createKeptErrors(take);
  const all = async (work: (lane: (typeof lanes)[number]) => Promise<void>): Promise<void> => {
    await Promise.all(lanes.map(work));
  };
  const flush = (deadlineMs: number): Promise<void> => all(({ loop }) => loop.flush(deadlineMs));
  const shutdown = (deadlineMs: number): Promise<void> => all(({ loop }) => loop.shutdown(deadlineMs));
  return {
    processor: {
      onStart(span) {
        if (!isSampled(span)) kept.start(span);
      },
      onEnd(span) {
        if (isSampled(span)) take(span);
        else kept.end(span);
      },
      forceFlush: () => flush(settings.exportTimeoutMs),
      shutdown: () => shutdown(deadlineOfSdkMs),
    },
    isRecorded: kept.has,
    counts: () => lanes.map(({ queue }) => queue.counts()).reduce(add, nothing),
    flush,
    shutdown,
    end() {
      for (const { loop } of lanes) loop.end();
    },
  };
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

const nothing: SpanCounts = createSpanQueue({ maxSpans: 0, maxBytes: 0 }).counts();

function add(a: SpanCounts, b: SpanCounts): SpanCounts {
  return {
    ended: a.ended + b.ended,
    exported: a.exported + b.exported,
    dropped: Object.fromEntries(
      Object.entries(b.dropped).map(([reason, count]) => [reason, count + (a.dropped[reason] ?? 0)]),
    ),
    queued: a.queued + b.queued,
  };
}
