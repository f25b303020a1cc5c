import { Buffer } from "node:buffer";
import type { Backlog } from "./backlog.ts";
import type { Chunk } from "./chunk-appender.ts";
import type { Ledger } from "./ledger.ts";
import type { Part, Segment } from "./segment.ts";

/** What a chunk costs beside its lines, in bytes. */
const overhead = 1_024;
/** Chunks are put together up to that size, so that the overhead stays small. */
const smallBytes = 65_536;

/** Chunks in memory. */
export class ChunkBacklog implements Backlog<SegmentChunk> {
  readonly #epoch: string;
  readonly #ledger: Ledger;
  #segments: SegmentChunk[] = [];
  #sequence = 0;
  #hasNew = false;

  constructor(epoch: string, ledger: Ledger) {
    this.#epoch = epoch;
    this.#ledger = ledger;
    ledger.watch(() => this.#segments);
  }

  get segments(): readonly SegmentChunk[] {
    return this.#segments;
  }

  add(chunk: Chunk, nowMs: number): void {
    const last = this.#segments.at(-1);
    if (last === undefined || !last.append(chunk, nowMs))
      this.#segments.push(new SegmentChunk(this.#epoch, this.#sequence, chunk, nowMs));
    this.#sequence += chunk.records;
    this.#ledger.seen(chunk.records, chunk.bytes.length);
    this.#hasNew = true;
  }

  discover(): boolean {
    const hadNew = this.#hasNew;
    this.#hasNew = false;
    return hadNew;
  }

  finish(segment: SegmentChunk): void {
    this.#segments = this.#segments.filter((each) => each !== segment);
  }

  /** Memory has no past. */
  save(): void {}
}

class SegmentChunk implements Segment {
  readonly epoch: string;
  readonly first: number;
  count: number;
  readonly isSealed = true;
  newestMs: number;
  readonly sinceMs: number;
  next = 0;
  settled = 0;
  inFlight = 0;
  retryAtMs = 0;
  failures = 0;
  #lines: Uint8Array;

  constructor(epoch: string, first: number, { bytes, records }: Chunk, nowMs: number) {
    this.epoch = epoch;
    this.first = first;
    this.count = records;
    this.newestMs = nowMs;
    this.sinceMs = nowMs;
    this.#lines = bytes;
  }

  get bytes(): number {
    return this.#lines.length + overhead;
  }

  get unreadBytes(): number {
    return this.#lines.length;
  }

  /** False where there is no place for more, or it is too late. */
  append({ bytes, records }: Chunk, nowMs: number): boolean {
    if (this.next > 0 || this.#lines.length + bytes.length > smallBytes) return false;
    this.#lines = Buffer.concat([this.#lines, bytes]);
    this.count += records;
    this.newestMs = nowMs;
    return true;
  }

  /** All at once, where it lies. */
  read(): Part {
    const sequences = new Float64Array(this.count);
    const starts = new Uint32Array(this.count);
    const ends = new Uint32Array(this.count);
    for (let place = 0, at = 0; place < this.count; place++) {
      const end = this.#lines.indexOf(10, at);
      sequences[place] = this.first + place;
      starts[place] = at;
      ends[place] = end;
      at = end + 1;
    }
    this.next = this.count;
    return { batch: { buffer: this.epoch, bytes: this.#lines, sequences, starts, ends }, lost: 0 };
  }

  skipRest(): number {
    const rest = this.count - this.next;
    this.next = this.count;
    return rest;
  }
}
