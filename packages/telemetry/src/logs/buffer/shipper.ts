import { Buffer } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "../../reports/reporter.ts";
import type { Delivery, LogBatch, Settled } from "../batch.ts";
import type { Backlog } from "./backlog.ts";
import { errorCode } from "./file-layer.ts";
import type { Ledger } from "./ledger.ts";
import { isFinished, type Segment } from "./segment.ts";
import { maxLineBytes } from "./segment-appender.ts";

export interface ShipperOptions<S extends Segment> {
  readonly backlog: Backlog<S>;
  readonly ledger: Ledger;
  readonly delivery: Delivery;
  readonly reporter: Reporter;
  /** A segment that still grows but cannot be read must give way to a new one. */
  readonly wishRotation: () => void;
  /** A batch is settled: there may be a place for the next one. */
  readonly landed: () => void;
}

/** A batch on its way. */
interface Flight<S extends Segment> {
  readonly segment: S;
  readonly memory: Buffer;
  /** What is sent; only the unsettled rest at a second try. */
  batch: LogBatch;
  isSettled: Uint8Array;
  unsettled: number;
}

/** Batches on their way at once: the store works on one while the other is being read. */
const maxFlights = 2;
/** A longer line would not be appended, so one at least fits in. */
const batchBytes = maxLineBytes;
/** Few lines wait that long for more. */
const lingerMs = 200;
const readFailures = 5;
const readPauseMs = 1_000;

/** Sends the backlog, oldest first, in batches of bounded memory, and settles each record once. */
export class Shipper<S extends Segment> {
  readonly #options: ShipperOptions<S>;
  readonly #flights = new Set<Flight<S>>();
  /** Those that were aborted before all of them was settled: the next process has the rest. */
  readonly #stranded: Flight<S>[] = [];
  readonly #memory: Buffer[] = [];
  readonly #abort = new AbortController();
  #waitingSinceMs: number | undefined;

  constructor(options: ShipperOptions<S>) {
    this.#options = options;
  }

  /** Sends what is due: full batches at once, few lines after a while or, with `isUrgent`, at once too. */
  pump(nowMs: number, isUrgent: boolean): void {
    while (this.#flights.size < maxFlights && !this.#abort.signal.aborted && this.#isDue(nowMs, isUrgent)) {
      if (!this.#startFlight(nowMs)) break;
      this.#waitingSinceMs = undefined;
    }
  }

  /** Whether nothing is left to be sent, or nothing more can be on its way. */
  isQuiet(nowMs: number): boolean {
    if (this.#flights.size >= maxFlights) return true;
    return this.#options.backlog.segments.every(({ next, count, retryAtMs }) => next >= count || retryAtMs > nowMs);
  }

  /** Aborts what is on its way, and waits for it. */
  async stop(): Promise<void> {
    this.#abort.abort();
    while (this.#flights.size > 0) await sleep(1);
  }

  /** Sequence of the first record of an epoch that has not been settled; undefined where there is none. */
  settledBelow(epoch: string): number | undefined {
    for (const segment of this.#options.backlog.segments) {
      if (segment.epoch !== epoch || segment.settled === segment.count) continue;
      let lowest = segment.first + segment.next;
      for (const flight of [...this.#flights, ...this.#stranded])
        if (flight.segment === segment) lowest = Math.min(lowest, firstUnsettled(flight) ?? lowest);
      return lowest;
    }
    return undefined;
  }

  #isDue(nowMs: number, isUrgent: boolean): boolean {
    let waiting = 0;
    for (const segment of this.#options.backlog.segments) {
      if (segment.next < segment.count && segment.retryAtMs <= nowMs) waiting += segment.unreadBytes;
      if (waiting >= batchBytes) return true;
    }
    if (waiting === 0) this.#waitingSinceMs = undefined;
    if (waiting === 0) return false;
    this.#waitingSinceMs ??= nowMs;
    return isUrgent || nowMs - this.#waitingSinceMs >= lingerMs;
  }

  /** False where nothing can be read at present. */
  #startFlight(nowMs: number): boolean {
    const memory = this.#memory.pop() ?? Buffer.allocUnsafeSlow(batchBytes);
    for (const segment of [...this.#options.backlog.segments]) {
      if (segment.next >= segment.count || segment.retryAtMs > nowMs) continue;
      const batch = this.#read(segment, memory, nowMs);
      if (batch === undefined) continue;
      const records = batch.sequences.length;
      const flight = { segment, memory, batch, isSettled: new Uint8Array(records), unsettled: records };
      segment.inFlight++;
      this.#flights.add(flight);
      void this.#fly(flight);
      return true;
    }
    this.#memory.push(memory);
    return false;
  }

  #read(segment: S, memory: Buffer, nowMs: number): LogBatch | undefined {
    const { backlog, ledger, reporter } = this.#options;
    try {
      const { batch, lost } = segment.read(memory);
      segment.failures = 0;
      if (lost > 0) {
        segment.settled += lost;
        ledger.dropped("corrupt", lost);
      }
      if (batch === undefined && isFinished(segment)) backlog.finish(segment);
      // Its end has been altered or removed: only a segment that follows tells what is lost.
      else if (batch === undefined && !segment.isSealed) this.#options.wishRotation();
      return batch;
    } catch (error) {
      if (errorCode(error) === "") throw error;
      segment.failures++;
      segment.retryAtMs = nowMs + readPauseMs;
      if (!segment.isSealed) this.#options.wishRotation();
      else if (segment.failures >= readFailures || errorCode(error) === "ENOENT") this.#giveUp(segment);
      reporter.begin("log-buffer-read", "log records on disk cannot be read", { "error.message": String(error) });
      return undefined;
    }
  }

  #giveUp(segment: S): void {
    const rest = segment.skipRest();
    segment.settled += rest;
    this.#options.ledger.dropped("io_error", rest);
    if (isFinished(segment)) this.#options.backlog.finish(segment);
  }

  async #fly(flight: Flight<S>): Promise<void> {
    const { delivery, reporter } = this.#options;
    const { signal } = this.#abort;
    while (flight.unsettled > 0 && !signal.aborted) {
      const { batch, isSettled } = flight;
      try {
        await delivery.send(batch, (index, fate) => this.#settle(flight, isSettled, index, fate), signal);
      } catch (error) {
        reporter.begin("log-delivery", "log delivery has failed and is tried again", {
          "error.message": String(error),
        });
      }
      if (flight.unsettled === 0 || signal.aborted) break;
      await sleep(readPauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      keepUnsettled(flight);
    }
    this.#land(flight);
  }

  #settle(flight: Flight<S>, isSettled: Uint8Array, index: number, fate: Settled): void {
    if (isSettled !== flight.isSettled || isSettled[index] !== 0) return;
    isSettled[index] = 1;
    flight.unsettled--;
    flight.segment.settled++;
    this.#options.ledger.settled(fate);
  }

  #land(flight: Flight<S>): void {
    const { backlog, reporter } = this.#options;
    const { segment, memory } = flight;
    this.#flights.delete(flight);
    if (flight.unsettled > 0) this.#stranded.push(flight);
    segment.inFlight--;
    this.#memory.push(memory);
    try {
      if (isFinished(segment)) backlog.finish(segment);
      backlog.save((epoch) => this.settledBelow(epoch));
      reporter.end("log-buffer-checkpoint", "the progress of log delivery is saved again");
    } catch (error) {
      reporter.begin("log-buffer-checkpoint", "the progress of log delivery cannot be saved; some is sent twice", {
        "error.message": String(error),
      });
    }
    this.#options.landed();
  }
}

function firstUnsettled<S extends Segment>({ batch, isSettled }: Flight<S>): number | undefined {
  const index = isSettled.indexOf(0);
  return index === -1 ? undefined : batch.sequences[index];
}

function keepUnsettled<S extends Segment>(flight: Flight<S>): void {
  const { batch, isSettled } = flight;
  const isLeft = (_: number, index: number): boolean => isSettled[index] === 0;
  flight.batch = {
    ...batch,
    sequences: batch.sequences.filter(isLeft),
    starts: batch.starts.filter(isLeft),
    ends: batch.ends.filter(isLeft),
  };
  flight.isSettled = new Uint8Array(flight.unsettled);
}
