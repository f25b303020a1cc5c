import { Buffer } from "node:buffer";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { errorCode, type FileLayer } from "./file-layer.ts";

/** How far a home has got. */
export interface Progress {
  /** Every record with a lower sequence has been settled. */
  readonly settledBelow: number;
  /** Records with a lower sequence have certainly been written: which of them is missing has been lost. */
  readonly writtenBelow: number;
}

export const checkpointFile = "checkpoint";
const slotBytes = 64;

/**
 * Progress in a file of two slots that are written in turn, so that a write that was cut off leaves the one before. An old
 * one is no harm: records are sent twice under the same `_id`. It is therefore never synced.
 */
export class Checkpoint {
  readonly #files: FileLayer;
  readonly #path: string;
  #file: number | undefined;
  #turn = 0;
  #last = "";

  constructor(files: FileLayer, home: string) {
    this.#files = files;
    this.#path = join(home, checkpointFile);
  }

  /** What was saved last; zeros where nothing was. */
  read(): Progress {
    const bytes = Buffer.alloc(2 * slotBytes);
    try {
      this.#file ??= this.#files.openForUpdate(this.#path);
      this.#files.read(this.#file, bytes, 0);
    } catch (error) {
      if (errorCode(error) === "") throw error;
      return { settledBelow: 0, writtenBelow: 0 };
    }
    const slots = [parse(bytes.subarray(0, slotBytes)), parse(bytes.subarray(slotBytes))];
    const [newest] = slots.filter((slot) => slot !== undefined).toSorted((a, b) => b.turn - a.turn);
    this.#turn = newest?.turn ?? 0;
    return newest ?? { settledBelow: 0, writtenBelow: 0 };
  }

  /** Throws errors of the file system. */
  save({ settledBelow, writtenBelow }: Progress): void {
    const values = `${digits(settledBelow)} ${digits(writtenBelow)}`;
    if (values === this.#last) return;
    this.#file ??= this.#files.openForUpdate(this.#path);
    const turn = this.#turn + 1;
    const text = `${digits(turn)} ${values}`;
    const slot = `${checksum(text)} ${text}`.padEnd(slotBytes - 1);
    this.#files.writeAt(this.#file, Buffer.from(`${slot}\n`), (turn % 2) * slotBytes);
    this.#turn = turn;
    this.#last = values;
  }

  /** Closes it, and removes it with the home. */
  remove(): void {
    this.close();
    try {
      this.#files.remove(this.#path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }

  close(): void {
    if (this.#file !== undefined) this.#files.close(this.#file);
    this.#file = undefined;
  }
}

function parse(slot: Uint8Array): (Progress & { readonly turn: number }) | undefined {
  const [, sum, text, turn, settled, written] =
    /^([0-9a-f]{8}) (([0-9a-z]{11}) ([0-9a-z]{11}) ([0-9a-z]{11})) *\n$/.exec(Buffer.from(slot).toString("latin1")) ??
    [];
  if (text === undefined || turn === undefined || settled === undefined || written === undefined) return undefined;
  if (checksum(text) !== sum) return undefined;
  return {
    turn: Number.parseInt(turn, 36),
    settledBelow: Number.parseInt(settled, 36),
    writtenBelow: Number.parseInt(written, 36),
  };
}

function digits(value: number): string {
  return value.toString(36).padStart(11, "0");
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
