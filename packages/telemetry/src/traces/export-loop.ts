import { setTimeout as sleep } from "node:timers/promises";
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Reporter } from "../reports/reporter.ts";
import type { QueueSettings } from "../settings/traces.ts";
import type { SpanQueue } from "./span-queue.ts";
import type { Attempt, Outcome, SpanSender } from "./span-sender.ts";

/** Takes spans from a queue to a receiver, one request at a time, for as long as it takes. */
export interface ExportLoop {
  /** Something was queued. */
  wake(): void;
  /** Sends all that is queued now, without waiting for company; gives up waiting, not the spans, after `deadlineMs`. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes, then ends; what has not arrived by the deadline is dropped and counted. */
  shutdown(deadlineMs: number): Promise<void>;
  /** The process ends now: drops, counts and reports what is queued. */
  end(): void;
}

export interface ExportLoopOptions {
  readonly queue: SpanQueue;
  readonly sender: SpanSender;
  readonly settings: QueueSettings;
  readonly reporter: Reporter;
  /** Milliseconds before the first and the longest wait between attempts. */
  readonly backoff?: { readonly firstMs: number; readonly longestMs: number };
  readonly random?: () => number;
}

/** Encoding that many spans stays well below 5 ms. */
const batchBytes = 512 * 1024;
/** What a receiver may ask for at most: an answer with nonsense must not silence a process for ever. */
const longestRetryAfterMs = 3_600_000;
/** Once the process wants to end, a receiver that is away gets this many more chances. */
const attemptsAtShutdown = 3;
const longestWaitAtShutdownMs = 200;

export function createExportLoop(options: ExportLoopOptions): ExportLoop {
  const { queue, sender, settings, reporter, random = Math.random } = options;
  const backoff = options.backoff ?? { firstMs: 500, longestMs: 10_000 };
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let flushes = 0;
  let closing = false;
  let wakeUp = new AbortController();

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    running ??= outsideOfRequests(drain).finally(() => {
      running = undefined;
      if (queue.size > 0 && !ended.signal.aborted) schedule();
    });
  };
  const schedule = (): void => {
    if (running !== undefined || ended.signal.aborted) return;
    if (queue.size >= settings.batchSpans || flushes > 0) start();
    else timer ??= outsideOfRequests(() => setTimeout(start, settings.delayMs)).unref();
  };

  const drain = async (): Promise<void> => {
    // A burst of one tick is taken up as a whole, not with its first span.
    await sleep(0);
    let due = queue.size;
    while (!ended.signal.aborted && (due > 0 || queue.size >= settings.batchSpans || (flushes > 0 && queue.size > 0))) {
      const batch = queue.head({ spans: settings.batchSpans, bytes: batchBytes });
      await deliver(batch);
      due -= batch.length;
    }
  };

  /** Returns when all of these spans are settled, or the loop has ended. */
  const deliver = async (spans: readonly ReadableSpan[]): Promise<void> => {
    if (spans.length === 0) return;
    let attempt: Attempt;
    try {
      attempt = sender.prepare(spans);
    } catch (error) {
      await dropOrHalve(spans, "unencodable", error instanceof Error ? error.name : "unknown");
      return;
    }
    let waits = 0;
    let last = 0;
    while (!ended.signal.aborted) {
      const outcome = await sendOnce(attempt);
      if (ended.signal.aborted) return;
      switch (outcome.kind) {
        case "accepted":
          reporter.end("spans-wait", "spans are exported again", { target: sender.target });
          if (outcome.rejected > 0) rejected(outcome.rejected, "partial success");
          else reporter.end("spans-rejected", "spans are accepted again", { target: sender.target });
          if (queue.size < settings.maxSpans / 2) reporter.end("spans-full", "spans find room again");
          queue.settle(spans.length, { dropped: outcome.rejected, reason: "rejected" });
          return;
        case "refused":
          rejected(spans.length, outcome.why);
          queue.settle(spans.length, { dropped: spans.length, reason: "rejected" });
          return;
        case "too_large":
          await dropOrHalve(spans, "rejected", "too large");
          return;
        case "again": {
          const waitMs = outcome.afterMs ?? random() * Math.min(backoff.firstMs * 2 ** waits++, backoff.longestMs);
          if (waitMs > 0)
            reporter.begin("spans-wait", "spans cannot be exported; they wait and are sent again", {
              target: sender.target,
              reason: outcome.why,
            });
          if (closing && ++last >= attemptsAtShutdown) {
            ended.abort();
            return;
          }
          await rest(Math.min(waitMs, closing ? longestWaitAtShutdownMs : longestRetryAfterMs));
        }
      }
    }
  };

  const sendOnce = async (attempt: Attempt): Promise<Outcome> => {
    const limit = AbortSignal.timeout(settings.exportTimeoutMs);
    try {
      return await attempt(AbortSignal.any([ended.signal, limit]));
    } catch {
      return { kind: "again", why: "the exporter failed" };
    }
  };

  /** One span that cannot be sent must not take the others with it. */
  const dropOrHalve = async (
    spans: readonly ReadableSpan[],
    reason: "rejected" | "unencodable",
    why: string,
  ): Promise<void> => {
    if (spans.length > 1) {
      const half = spans.length >> 1;
      await deliver(spans.slice(0, half));
      await deliver(spans.slice(half));
      return;
    }
    rejected(1, why);
    queue.settle(1, { dropped: 1, reason });
  };

  const rejected = (count: number, why: string): void =>
    reporter.begin("spans-rejected", "spans were refused and are dropped", {
      target: sender.target,
      reason: why,
      spans: count,
    });

  /** Ends early when somebody flushes or the loop ends. Whoever waits for a flush keeps the process alive by himself. */
  const rest = async (ms: number): Promise<void> => {
    if (ms <= 0) return;
    const signal = AbortSignal.any([ended.signal, wakeUp.signal]);
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  };

  const flush = async (deadlineMs: number): Promise<void> => {
    flushes++;
    wakeUp.abort();
    wakeUp = new AbortController();
    const over = AbortSignal.timeout(deadlineMs);
    const deadline = new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
    // An AbortSignal's timer does not keep the process alive, and whoever flushes wants to see the end of it.
    const hold = setTimeout(() => undefined, deadlineMs);
    try {
      while (queue.size > 0 && !over.aborted && !ended.signal.aborted) {
        schedule();
        await Promise.race([running, deadline]);
      }
    } finally {
      clearTimeout(hold);
      flushes--;
    }
  };

  const end = (): void => {
    ended.abort();
    clearTimeout(timer);
    const lost = queue.size;
    queue.close();
    if (lost > 0)
      reporter.begin("spans-lost", "spans were not exported before the end and are lost", {
        target: sender.target,
        spans: lost,
      });
  };

  return {
    wake: schedule,
    flush,
    async shutdown(deadlineMs) {
      closing = true;
      await flush(deadlineMs);
      end();
      await sender.close();
    },
    end,
  };
}

/** Neither traced itself nor holding on to the request that happened to end a span. */
function outsideOfRequests<T>(work: () => T): T {
  return context.with(suppressTracing(ROOT_CONTEXT), work);
}
