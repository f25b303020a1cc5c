import type { Settled } from "../batch.ts";
import type { DropReason } from "./drop-reason.ts";
import type { Segment } from "./segment.ts";
import type { WorkerCounts, WorkerSide } from "./shared-counts.ts";

/** The worker's counts; what happens in one go is published at its end, so that no half of it is ever seen. */
export class Ledger {
  readonly #shared: WorkerSide;
  #segments: () => Iterable<Segment> = () => [];
  readonly #counts: WorkerCounts;
  #isPublishing = false;

  constructor(shared: WorkerSide) {
    this.#shared = shared;
    this.#counts = { ...shared.before, dropped: { ...shared.before.dropped } };
  }

  /** Where what waits is counted. */
  watch(segments: () => Iterable<Segment>): void {
    this.#segments = segments;
  }

  get counts(): Readonly<WorkerCounts> {
    return this.#counts;
  }

  recovered(records: number): void {
    this.#counts.recovered += records;
    this.#publishSoon();
  }

  seen(records: number, bytes: number): void {
    this.#counts.seen += records;
    this.#counts.seenBytes += bytes;
    this.#publishSoon();
  }

  synced(records: number): void {
    this.#counts.synced += records;
    this.#publishSoon();
  }

  settled(fate: Settled): void {
    if (fate === "dead") this.#counts.deadLettered++;
    else if (fate === "unkept") this.#counts.dropped.dead_letter_file++;
    else this.#counts.delivered++;
    if (fate === "redirected") this.#counts.redirected++;
    this.#publishSoon();
  }

  dropped(reason: DropReason, records: number): void {
    this.#counts.dropped[reason] += records;
    this.#publishSoon();
  }

  /** Takes over from a worker that died: what it had settled since its last checkpoint is settled, and so accepted, again. */
  resumed(): void {
    this.publish();
    const { deadLettered, delivered, dropped, held, seen } = this.#counts;
    const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    this.#counts.recovered = delivered + deadLettered + drops + held - seen;
    this.publish();
  }

  /** At once, where the thread is about to end. */
  publish(): void {
    let held = 0;
    let heldBytes = 0;
    for (const segment of this.#segments()) {
      held += segment.count - segment.settled;
      heldBytes += segment.bytes;
    }
    const hasFreed = heldBytes < this.#counts.heldBytes;
    this.#counts.held = held;
    this.#counts.heldBytes = heldBytes;
    this.#shared.publish(this.#counts);
    if (hasFreed) this.#shared.freed();
  }

  #publishSoon(): void {
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    queueMicrotask(() => {
      this.#isPublishing = false;
      this.publish();
    });
  }
}
