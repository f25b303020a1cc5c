import { Buffer } from "node:buffer";
import type { DropReason } from "./drop-reason.ts";
import { oneLine } from "./frame.ts";
import type { Room } from "./room.ts";
import { type Appender, maxLineBytes } from "./segment-appender.ts";

/** Lines on their way to the worker, each with its newline. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly records: number;
}

export interface ChunkAppenderOptions {
  readonly chunkBytes: number;
  readonly room: Room;
  /** Takes a chunk over; its memory is then the worker's. */
  readonly post: (chunk: Chunk) => void;
  /** Says that a record waits, before its chunk is posted. */
  readonly appended: (bytes: number) => void;
}

/** What is not full is handed over after that time. */
const handOverMs = 20;

/** Collects lines in memory and hands them over in chunks. */
export class ChunkAppender implements Appender {
  readonly #options: ChunkAppenderOptions;
  #chunk: Buffer | undefined;
  #size = 0;
  #records = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ChunkAppenderOptions) {
    this.#options = options;
  }

  append(line: string): DropReason | undefined {
    if (line.length > maxLineBytes) return "too_large";
    const whole = oneLine(line);
    const length = Buffer.byteLength(whole);
    if (length > maxLineBytes) return "too_large";
    const refused = this.#options.room.refuse(line, length);
    if (refused !== undefined) return refused;
    if (this.#chunk !== undefined && this.#size + length > this.#chunk.length) this.handOver();
    this.#chunk ??= Buffer.allocUnsafeSlow(Math.max(this.#options.chunkBytes, length));
    this.#chunk.write(whole, this.#size);
    this.#size += length;
    this.#records++;
    this.#options.appended(length);
    this.#timer ??= setTimeout(() => this.handOver(), handOverMs).unref();
    return undefined;
  }

  close(): void {
    this.handOver();
  }

  handOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#chunk === undefined || this.#records === 0) return;
    const lines = this.#chunk.subarray(0, this.#size);
    // Much of a chunk may be empty, and memory counts as a whole: then a copy goes, and the chunk is used again.
    const isFull = this.#size > this.#chunk.length / 2;
    const bytes = isFull ? lines : Buffer.allocUnsafeSlow(this.#size);
    if (isFull) this.#chunk = undefined;
    else bytes.set(lines);
    this.#options.post({ bytes, records: this.#records });
    this.#size = 0;
    this.#records = 0;
  }
}
