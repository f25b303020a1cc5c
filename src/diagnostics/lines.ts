/** Offsets of a text as lines and columns from 1; columns in UTF-16 units. Lines end with LF or CRLF. */
export class Lines {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  get count(): number {
    return this.#starts.length;
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Where a line begins, and where it ends without its line break. */
  range(line: number): readonly [number, number] {
    const start = this.#starts[line - 1] ?? this.text.length;
    let end = (this.#starts[line] ?? this.text.length + 1) - 1;
    if (this.text[end - 1] === "\r" && end < this.text.length) end--;
    return [start, Math.max(start, end)];
  }
}
