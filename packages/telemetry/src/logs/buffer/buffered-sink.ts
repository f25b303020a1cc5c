import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "../../reports/reporter.ts";
import type { Flushed, LogCounts, LogSink } from "../sink.ts";
import { type DropReason, dropReasons, noDrops } from "./drop-reason.ts";
import type { Appender } from "./segment-appender.ts";
import type { ApplicationSide } from "./shared-counts.ts";
import type { ToWorker } from "./worker-messages.ts";

export interface BufferedSinkOptions {
  readonly mode: "durable" | "fast";
  readonly appender: Appender;
  readonly shared: ApplicationSide;
  readonly worker: WorkerLink;
  readonly reporter: Reporter;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** The thread that ships. */
export interface WorkerLink {
  send(message: ToWorker): void;
  /** Lets it put everything in order; ends it at the deadline, in milliseconds, in any case. */
  close(deadlineMs: number): Promise<void>;
}

/** What of a deadline is left for the worker's orderly end. */
const endMs = 300;
/** What is on disk is not waited for when the store has taken nothing for that long. */
const hopelessMs = 1_000;
/** A while without a drop ends the episode. */
const calmMs = 10_000;
const episode = "log-buffer-refused";

/**
 * The application's side of a buffer. What it counts itself adds up, `accepted = appended + sum(dropped)`; the worker's
 * counts do as well (`WorkerCounts`); so the sums do, at whatever moment they are asked for.
 */
export class BufferedSink implements LogSink {
  readonly mode: "durable" | "fast";
  readonly #options: BufferedSinkOptions;
  readonly #dropped = noDrops();
  #isClosed = false;
  #droppedAtMs: number | undefined;

  constructor(options: BufferedSinkOptions) {
    this.#options = options;
    this.mode = options.mode;
  }

  write(line: string): void {
    const reason = this.#isClosed ? "closed" : this.#options.appender.append(line);
    if (reason !== undefined) this.#drop(reason);
    else if (this.#droppedAtMs !== undefined) this.#calmDown(this.#droppedAtMs);
  }

  counts(): LogCounts {
    const { shared } = this.#options;
    const { recovered, seen, held, delivered, redirected, deadLettered, synced, dropped } = shared.read();
    const drops: Record<string, number> = {};
    let droppedHere = 0;
    for (const reason of dropReasons) {
      drops[reason] = dropped[reason] + this.#dropped[reason];
      droppedHere += this.#dropped[reason];
    }
    return {
      accepted: shared.records + recovered + droppedHere,
      synced,
      delivered,
      redirected,
      deadLettered,
      dropped: drops,
      buffered: held + shared.records - seen,
    };
  }

  async flush(deadlineMs: number): Promise<Flushed> {
    return this.#waitUntilSettled(deadlineMs, deadlineMs);
  }

  async close(deadlineMs: number): Promise<Flushed> {
    const { appender, worker, now } = this.#options;
    if (this.#isClosed) return this.#flushed();
    this.#isClosed = true;
    const start = now();
    appender.close();
    const patienceMs = this.mode === "durable" ? hopelessMs : deadlineMs;
    await this.#waitUntilSettled(Math.max(0, deadlineMs - endMs), patienceMs);
    await worker.close(Math.max(0, deadlineMs - (now() - start)));
    return this.#flushed();
  }

  /** Until all is settled that has been accepted so far, or nothing at all has been for `patienceMs`. */
  async #waitUntilSettled(deadlineMs: number, patienceMs: number): Promise<Flushed> {
    const { appender, worker, now } = this.#options;
    const start = now();
    const { accepted } = this.counts();
    appender.handOver();
    worker.send({ kind: "hurry", untilMs: Date.now() + deadlineMs });
    let settled = -1;
    let settledAtMs = start;
    for (;;) {
      const counts = this.counts();
      const nowMs = now();
      if (counts.buffered === 0 || counts.accepted - counts.buffered >= accepted) break;
      if (counts.accepted - counts.buffered > settled) settledAtMs = nowMs;
      settled = counts.accepted - counts.buffered;
      const leftMs = Math.min(start + deadlineMs, settledAtMs + patienceMs) - nowMs;
      if (leftMs <= 0) break;
      await sleep(Math.min(5, leftMs));
    }
    return this.#flushed();
  }

  #flushed(): Flushed {
    const { delivered, buffered, deadLettered } = this.counts();
    return { delivered, buffered, deadLettered };
  }

  #drop(reason: DropReason): void {
    this.#dropped[reason]++;
    this.#droppedAtMs = this.#options.now();
    this.#options.reporter.begin(episode, "log records are thrown away", { reason, fix: fixFor(reason) });
  }

  #calmDown(droppedAtMs: number): void {
    if (this.#options.now() - droppedAtMs < calmMs) return;
    this.#droppedAtMs = undefined;
    this.#options.reporter.end(episode, "no more log records are thrown away");
  }
}

function fixFor(reason: DropReason): string {
  switch (reason) {
    case "buffer_full":
    case "memory_full":
    case "level":
      return "see why Elasticsearch does not take them, or give the buffer more room (TELEMETRY_LOG_MAX_*_BYTES)";
    case "too_large":
      return "log less than 1 MiB in one line";
    case "closed":
      return "log before the end of telemetry";
    default:
      return "see the other reports of telemetry";
  }
}
