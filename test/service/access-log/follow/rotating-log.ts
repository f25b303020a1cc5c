import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  futimesSync,
  openSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** A log with a writer that behaves as nginx does: it keeps its file until it is told to reopen the log. */
export class RotatingLog {
  readonly path: string;
  /** Every line that was begun, in order. */
  readonly lines: string[] = [];
  nowMs = 1_700_000_000_000;
  #descriptor: number;
  #half: string | undefined;

  constructor(folder: string) {
    this.path = join(folder, "access.log");
    this.#descriptor = openSync(this.path, "a");
    this.#touch();
  }

  append(count: number): void {
    for (let each = 0; each < count; each++) {
      this.completeLine();
      this.beginLine();
      this.completeLine();
    }
  }

  /** Writes a line without its end. */
  beginLine(): void {
    if (this.#half !== undefined) return;
    const line = `line ${this.lines.length} ${"x".repeat(this.lines.length % 37)}`;
    this.lines.push(line);
    this.#half = "end";
    this.#write(line);
  }

  completeLine(): void {
    if (this.#half === undefined) return;
    this.#half = undefined;
    this.#write("\n");
  }

  /** Debian's way: rename, make a new log; nginx goes on with the renamed file until `reopen`. */
  rename(): void {
    if (!existsSync(this.path) || statSync(this.path).size === 0) return;
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    closeSync(openSync(this.path, "a"));
    this.#touchPath(this.path);
  }

  reopen(): void {
    this.completeLine();
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.path, "a");
  }

  copyAndTruncate(): void {
    if (fstatSync(this.#descriptor).ino !== statSync(this.path).ino || statSync(this.path).size === 0) return;
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    this.#touchPath(`${this.path}.1`);
    truncateSync(this.path);
    // The beginning of the line is in the copy; what comes is another line for every reader.
    if (this.#half !== undefined) {
      const rest = `rest of line ${this.lines.length}`;
      this.lines.push(rest);
      this.#write(rest);
      this.completeLine();
    }
  }

  /** Time passes. */
  tick(ms: number): void {
    this.nowMs += ms;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(text: string): void {
    writeSync(this.#descriptor, text);
    this.#touch();
  }

  #touch(): void {
    futimesSync(this.#descriptor, this.nowMs / 1000, this.nowMs / 1000);
  }

  #touchPath(path: string): void {
    utimesSync(path, this.nowMs / 1000, this.nowMs / 1000);
  }

  #shift(): void {
    for (let at = 30; at > 0; at--)
      if (existsSync(`${this.path}.${at}`)) renameSync(`${this.path}.${at}`, `${this.path}.${at + 1}`);
  }
}
