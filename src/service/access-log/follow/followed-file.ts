import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { beginsWith, emptyHead, type Head, headOf, isShort, readStart } from "./head.ts";
import { LineBlocks } from "./line-blocks.ts";

/** How far a file has been read, in the form in which it is kept. */
export interface Position {
  /** Device and inode. */
  readonly id: string;
  /** Where the first line begins that has not been counted. */
  readonly offset: number;
  readonly head: Head;
}

/** Who gets the lines: a text of whole lines, and how many others were too long. Must not wait: what it counts and the position belong together. */
export type LineSink = (text: string, tooLong: number) => void;

/** One file that is open, and how far it has been read. */
export class FollowedFile {
  readonly id: string;
  readonly #handle: FileHandle;
  readonly #maxLineBytes: number;
  #lines: LineBlocks;
  #head: Head;
  #offset: number;
  #readAt: number;
  /** When something was read the last time, or when it was opened. */
  quietSinceMs: number;
  /** Nobody writes it: a copy. */
  readonly isCopy: boolean;

  private constructor(
    id: string,
    handle: FileHandle,
    options: {
      readonly offset: number;
      readonly head: Head;
      readonly maxLineBytes: number;
      readonly nowMs: number;
      readonly isCopy: boolean;
      readonly isInside: boolean;
    },
  ) {
    this.id = id;
    this.#handle = handle;
    this.#maxLineBytes = options.maxLineBytes;
    this.#lines = new LineBlocks(options.maxLineBytes, options.isInside ? "inside" : "start");
    this.#head = options.head;
    this.#offset = options.offset;
    this.#readAt = options.offset;
    this.quietSinceMs = options.nowMs;
    this.isCopy = options.isCopy;
  }

  /** Opens a file at an offset, or at its `end`. Throws what the file system throws. */
  static async open(
    path: string,
    options: {
      readonly at: number | "end";
      readonly maxLineBytes: number;
      readonly nowMs: number;
      /** What it began with when it was looked at last; what is there now unless said. */
      readonly head?: Head;
      readonly isCopy?: boolean;
    },
  ): Promise<FollowedFile> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { dev, ino, size } = await handle.stat({ bigint: true });
      const length = Number(size);
      // Behind the end of a file that has lost its tail in a power cut, there is nothing but what will come.
      const offset = options.at === "end" ? length : Math.min(options.at, length);
      return new FollowedFile(idOf(dev, ino), handle, {
        offset,
        head: options.head ?? headOf(await readStart(handle)),
        maxLineBytes: options.maxLineBytes,
        nowMs: options.nowMs,
        isCopy: options.isCopy ?? false,
        isInside: offset > 0 && !(await endsLine(handle, offset)),
      });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get position(): Position {
    return { id: this.id, offset: this.#offset, head: this.#head };
  }

  /** Nothing was in it when it was looked at last. */
  get isEmpty(): boolean {
    return this.#head.bytes === 0;
  }

  /** Bytes that have been written and not read. */
  async unread(): Promise<number> {
    const { size } = await this.#handle.stat();
    return Math.max(0, size - this.#readAt);
  }

  /** The first bytes that are in it now. */
  start(): Promise<Buffer> {
    return readStart(this.#handle);
  }

  /** Whether it was cut off since it was looked at last, also where it has grown again. */
  async isTruncated(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    if (size < this.#readAt) return true;
    const start = await this.start();
    if (!beginsWith(start, this.#head)) return true;
    if (isShort(this.#head)) this.#head = headOf(start);
    return false;
  }

  /** Begins again with a file that was cut off. */
  rewind(): void {
    this.#lines = new LineBlocks(this.#maxLineBytes);
    this.#head = emptyHead;
    this.#offset = 0;
    this.#readAt = 0;
  }

  /** Reads at most one chunk and hands its lines on; gives the number of bytes read, 0 at the end. */
  async read(chunk: Buffer, nowMs: number, sink: LineSink): Promise<number> {
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.#readAt);
    if (bytesRead === 0) return 0;
    this.#readAt += bytesRead;
    this.quietSinceMs = nowMs;
    const { text, bytes, tooLong } = this.#lines.push(chunk.subarray(0, bytesRead));
    // No await from here on: a state that is taken now has both the lines and the position, or neither.
    this.#offset += bytes;
    if (text !== "" || tooLong > 0) sink(text, tooLong);
    return bytesRead;
  }

  /** Hands on a last line without its end, of a file that nobody writes any more. */
  finish(sink: LineSink): void {
    const rest = this.#lines.takeRest();
    this.#offset = this.#readAt;
    if (rest !== "") sink(`${rest}\n`, 0);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export function idOf(dev: bigint, ino: bigint): string {
  return `${dev}:${ino}`;
}

async function endsLine(handle: FileHandle, offset: number): Promise<boolean> {
  const byte = Buffer.alloc(1);
  const { bytesRead } = await handle.read(byte, 0, 1, offset - 1);
  return bytesRead === 1 && byte[0] === 10;
}
