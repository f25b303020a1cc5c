import { join } from "node:path";
import type { Reporter } from "../../reports/reporter.ts";
import type { DropReason } from "./drop-reason.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { FrameWriter, maxPlace } from "./frame.ts";
import type { Home } from "./homes.ts";
import { segmentFile } from "./names.ts";
import type { Room } from "./room.ts";
import type { ApplicationSide } from "./shared-counts.ts";

/** Bytes of the longest line; a longer one is not for a log store. */
export const maxLineBytes = 2 ** 20;

/** After an error of the file system nothing is tried for that long: an error costs more than a line. */
const pauseMs = 250;

const episode = "log-buffer-write";

/** Puts lines into memory or files that the worker reads. */
export interface Appender {
  /** Appends a line; returns undefined when it is handed over, otherwise why not. Never throws. */
  append(line: string): DropReason | undefined;
  /** Hands over what it still holds. */
  handOver(): void;
  /** The same, and releases its file. */
  close(): void;
}

export interface SegmentAppenderOptions {
  readonly files: FileLayer;
  readonly home: Home;
  /** A new segment is begun beyond it. */
  readonly segmentBytes: number;
  readonly shared: ApplicationSide;
  readonly room: Room;
  /** The worker sleeps and something was appended. */
  readonly wake: () => void;
  /** A clock in milliseconds. */
  readonly now: () => number;
  readonly reporter: Reporter;
}

/** Appends to segment files: one `write` for each line, so that the kernel has it when `append` returns. */
export class SegmentAppender implements Appender {
  readonly #options: SegmentAppenderOptions;
  readonly #frames = new FrameWriter();
  #file: number | undefined;
  /** Bytes and records in the file. */
  #size = 0;
  #place = 0;
  /** Sequence of the next record. */
  #sequence = 0;
  #failure: { readonly reason: DropReason; readonly untilMs: number } | undefined;

  constructor(options: SegmentAppenderOptions) {
    this.#options = options;
  }

  append(line: string): DropReason | undefined {
    if (this.#failure !== undefined && this.#options.now() < this.#failure.untilMs) return this.#failure.reason;
    if (line.length > maxLineBytes) return "too_large";
    try {
      if (this.#mustRotate()) this.#rotate();
      const length = this.#frames.write(line, this.#place);
      if (length > maxLineBytes) return "too_large";
      const refused = this.#options.room.refuse(line, length);
      if (refused !== undefined) return refused;
      this.#write(length);
      this.#place++;
      this.#sequence++;
      this.#size += length;
      if (this.#options.shared.appended(length)) this.#options.wake();
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#failure !== undefined) {
      this.#failure = undefined;
      this.#options.reporter.end(episode, "log records are written to disk again");
    }
    return undefined;
  }

  /** Each line has been handed over already. */
  handOver(): void {}

  close(): void {
    if (this.#file !== undefined) this.#options.files.close(this.#file);
    this.#file = undefined;
  }

  #mustRotate(): boolean {
    if (this.#file === undefined || this.#size >= this.#options.segmentBytes || this.#place > maxPlace) return true;
    return this.#options.shared.takeRotationWish() && this.#place > 0;
  }

  #rotate(): void {
    const { files, home, shared } = this.#options;
    const isEmpty = this.#place === 0;
    this.close();
    const path = join(home.path, segmentFile({ first: this.#sequence, count: undefined }));
    try {
      this.#file = files.create(path);
    } catch (error) {
      // Its first record failed before: nothing whole is in it.
      if (errorCode(error) !== "EEXIST" || !isEmpty) throw error;
      files.remove(path);
      this.#file = files.create(path);
    }
    this.#size = 0;
    this.#place = 0;
    shared.rotated();
  }

  #write(length: number): void {
    const { files } = this.#options;
    const file = this.#file ?? 0;
    let written = 0;
    try {
      written = files.write(file, this.#frames.bytes, length);
      while (written < length) {
        const rest = this.#frames.bytes.subarray(written);
        written += files.write(file, rest, length - written);
      }
    } catch (error) {
      if (written > 0) this.#cutOff(file);
      throw error;
    }
  }

  /** Half a line at the end of a file would spoil the next one. */
  #cutOff(file: number): void {
    try {
      this.#options.files.truncate(file, this.#size);
    } catch {
      // Then nothing follows it.
      this.close();
    }
  }

  #fail(error: unknown): DropReason {
    const { files, home, now, reporter } = this.#options;
    const code = errorCode(error);
    const reason = code === "ENOSPC" || code === "EDQUOT" ? "disk_full" : "io_error";
    this.#failure = { reason, untilMs: now() + pauseMs };
    reporter.begin(episode, "log records cannot be written to disk and are thrown away", {
      reason,
      "file.path": home.path,
      "error.message": String(error),
      fix: "make room on that disk and see that the folder is writable; nothing has to be restarted",
    });
    try {
      // A file that failed may be gone or on a broken disk: the next try has a new one.
      if (reason === "io_error") this.close();
      if (code === "ENOENT") files.makeDirectory(home.path);
    } catch {
      // Tried again after the pause.
    }
    return reason;
  }
}
