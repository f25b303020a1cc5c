import type { LogBatch } from "../batch.ts";
import type { FileLayer } from "./file-layer.ts";
import { lineOf, placeOf } from "./frame.ts";
import type { Part, Segment } from "./segment.ts";

const newline = 10;

/** Where the records of a batch stand, until their number is known. */
const marksOfBatch = 16_384;
const marks = {
  sequences: new Float64Array(marksOfBatch),
  starts: new Uint32Array(marksOfBatch),
  ends: new Uint32Array(marksOfBatch),
};

/** What is known of a file when it is found. */
export interface FoundSegment {
  readonly epoch: string;
  readonly path: string;
  readonly first: number;
  readonly count: number;
  readonly isSealed: boolean;
  readonly bytes: number;
  readonly newestMs: number;
  readonly sinceMs: number;
  /** Records at its start that an earlier process has settled. */
  readonly done: number;
}

/** A segment on disk. */
export class SegmentFile implements Segment {
  readonly epoch: string;
  readonly first: number;
  path: string;
  count: number;
  isSealed: boolean;
  bytes: number;
  newestMs: number;
  readonly sinceMs: number;
  next: number;
  settled: number;
  inFlight = 0;
  retryAtMs = 0;
  failures = 0;
  /** Whether some of it could not be read: it is kept for inspection. */
  isDamaged = false;
  readonly #files: FileLayer;
  #file: number | undefined;
  #position = 0;

  constructor(files: FileLayer, found: FoundSegment) {
    this.#files = files;
    this.epoch = found.epoch;
    this.path = found.path;
    this.first = found.first;
    this.count = found.count;
    this.isSealed = found.isSealed;
    this.bytes = found.bytes;
    this.newestMs = found.newestMs;
    this.sinceMs = found.sinceMs;
    this.next = found.done;
    this.settled = found.done;
  }

  get unreadBytes(): number {
    return Math.max(1, this.bytes - this.#position);
  }

  read(memory: Uint8Array): Part {
    let lost = 0;
    while (this.next < this.count) {
      this.#file ??= this.#files.openForRead(this.path);
      const length = this.#files.read(this.#file, memory, this.#position);
      const part = this.#parse(memory, length);
      this.#position += part.end;
      lost += part.lost;
      if (part.batch !== undefined) return { batch: part.batch, lost };
      if (part.end > 0) continue;
      // No whole line is left: of a sealed one the rest is gone, another one is being written.
      if (length === memory.length) this.#position += length;
      else if (this.isSealed) lost += this.skipRest();
      else break;
    }
    if (lost > 0) this.isDamaged = true;
    return { batch: undefined, lost };
  }

  skipRest(): number {
    const rest = this.count - this.next;
    this.next = this.count;
    return rest;
  }

  close(): void {
    if (this.#file !== undefined) this.#files.close(this.#file);
    this.#file = undefined;
  }

  /**
   * Whole records of what was read; `end` is where reading goes on. Altered lines are passed over: the place of the next
   * good one tells how many there were.
   */
  #parse(
    memory: Uint8Array,
    length: number,
  ): { readonly batch: LogBatch | undefined; readonly end: number; readonly lost: number } {
    const bytes = memory.subarray(0, length);
    let records = 0;
    let at = 0;
    let lost = 0;
    for (;;) {
      const end = bytes.indexOf(newline, at);
      if (end === -1) break;
      const place = placeOf(bytes, at, end);
      // The application has not said yet that it is whole.
      if (place >= this.count) break;
      if (place >= this.next) {
        lost += place - this.next;
        marks.sequences[records] = this.first + place;
        marks.starts[records] = lineOf(at);
        marks.ends[records] = end;
        records++;
        this.next = place + 1;
      }
      at = end + 1;
      if (records === marks.starts.length) break;
    }
    if (lost > 0) this.isDamaged = true;
    if (records === 0) return { batch: undefined, end: at, lost };
    const batch = {
      buffer: this.epoch,
      bytes,
      sequences: marks.sequences.slice(0, records),
      starts: marks.starts.slice(0, records),
      ends: marks.ends.slice(0, records),
    };
    return { batch, end: at, lost };
  }
}
