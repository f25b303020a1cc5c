const lineFeed = 10;

/** What one chunk gave: whole lines as one text with a line feed after each, and how many bytes of the file they took. */
export interface Block {
  /** Empty where no line ended. */
  readonly text: string;
  readonly bytes: number;
  /** Lines that were longer than the bound and were left out. */
  readonly tooLong: number;
}

/**
 * Cuts chunks of a file into blocks of whole lines. What comes after the last line feed is kept until the rest of its
 * line arrives; a line of more than `maxLineBytes` is passed over and told of once, so memory is bounded.
 */
export class LineBlocks {
  readonly #maxLineBytes: number;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #passingOver: boolean;

  /** `begin`: `inside` a line, whose rest is passed over without a word, or at its `start`. */
  constructor(maxLineBytes: number, begin: "start" | "inside" = "start") {
    this.#maxLineBytes = maxLineBytes;
    this.#passingOver = begin === "inside";
  }

  push(chunk: Buffer): Block {
    let start = 0;
    let bytes = 0;
    let tooLong = 0;
    if (this.#passingOver) {
      const end = chunk.indexOf(lineFeed);
      if (end < 0) return { text: "", bytes: chunk.length, tooLong: 0 };
      this.#passingOver = false;
      start = end + 1;
      bytes = start;
    }
    const end = chunk.lastIndexOf(lineFeed) + 1;
    let text = "";
    if (end > start) {
      const lines = chunk.subarray(start, end);
      text = (this.#rest.length === 0 ? lines : Buffer.concat([...this.#rest, lines])).toString();
      bytes += this.#restBytes + lines.length;
      this.#forget();
    }
    const rest = Math.max(end, start);
    if (rest < chunk.length) this.#keep(chunk.subarray(rest));
    if (this.#restBytes > this.#maxLineBytes) {
      // The position is now inside the line, so that it is not told of again after a restart.
      bytes += this.#restBytes;
      this.#forget();
      this.#passingOver = true;
      tooLong = 1;
    }
    return { text, bytes, tooLong };
  }

  /** What is left of a file that nobody writes any more: a line without its end, or nothing. */
  takeRest(): string {
    const text = Buffer.concat(this.#rest).toString();
    this.#forget();
    this.#passingOver = false;
    return text;
  }

  #keep(rest: Buffer): void {
    // The chunk is used again by its reader.
    this.#rest.push(Buffer.from(rest));
    this.#restBytes += rest.length;
  }

  #forget(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }
}
