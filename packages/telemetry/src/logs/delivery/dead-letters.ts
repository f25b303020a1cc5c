import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Reporter } from "../../reports/reporter.ts";
import type { StoreError } from "./reply.ts";

/** A record that the store refuses for good. */
export interface DeadLetter {
  readonly id: string;
  readonly index: string;
  readonly attempts: number;
  readonly error: StoreError;
  /** The record as the application wrote it. */
  readonly line: string;
}

export interface DeadLetters {
  /** Appends to the file and waits until it is safe against power loss. False for each letter that could not be kept. */
  keep(letters: readonly DeadLetter[]): Promise<readonly boolean[]>;
}

/** What of a file is looked at, from its end, for letters that were written just before a crash. */
const lookBackBytes = 8 * 2 ** 20;

/**
 * NDJSON, one object per letter: `time`, `index`, `id`, `attempts`, `error` (`status`, `type`, `reason`) and `line`, the
 * record as text. Invariants: 1 the file never gets larger than `maxBytes`, and nothing is ever removed from it: a line
 * that a crash cut off is ended, and its record comes again; 2 a letter that was kept before a crash is kept once;
 * 3 each append opens the file anew, so that it may be moved away at any time; 4 several processes may append to it.
 */
export function createDeadLetters(
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
  reporter: Reporter,
): DeadLetters {
  const known = new Set<string>();
  let seen = 0;
  let last: Promise<unknown> = Promise.resolve();

  const append = async (letters: readonly DeadLetter[]): Promise<readonly boolean[]> => {
    const file = await open(path, "a+", 0o600);
    try {
      const { size } = await file.stat();
      if (size < seen) seen = 0;
      const news = await readFrom(file, Math.max(seen, size - lookBackBytes), size);
      for (const [, id] of news.toString().matchAll(/^\{"time":"[^"]*","index":"[^"]*","id":"([^"]+)".*\}$/gm))
        if (id !== undefined) known.add(id);
      const isTorn = news.length > 0 && news.at(-1) !== 0x0a;
      const pieces: string[] = isTorn ? ["\n"] : [];
      let length = size + pieces.length;
      const kept = letters.map((letter) => {
        if (known.has(letter.id)) return true;
        const text = print(letter);
        const bytes = Buffer.byteLength(text);
        if (length + bytes > maxBytes) return false;
        length += bytes;
        pieces.push(text);
        return true;
      });
      if (length > size) {
        await file.appendFile(pieces.join(""));
        await file.datasync();
        if (size === 0) await syncFolder(path);
      }
      seen = length;
      return kept;
    } finally {
      await file.close();
    }
  };

  const keep = async (letters: readonly DeadLetter[]): Promise<readonly boolean[]> => {
    const fields = { "file.path": path };
    try {
      const kept = await append(letters);
      reporter.end("dead-letters-unwritable", "dead-letter file can be written again", fields);
      if (kept.every((each) => each)) reporter.end("dead-letters-full", "dead-letter file has room again", fields);
      else
        reporter.begin("dead-letters-full", "dead-letter file is full: refused log records are thrown away", {
          ...fields,
          "file.size": maxBytes,
          fix: "send the records again, or move the file away; a new one is begun by itself",
        });
      return kept;
    } catch (error) {
      reporter.begin(
        "dead-letters-unwritable",
        "dead-letter file cannot be written: refused log records are thrown away",
        {
          ...fields,
          "error.code": error instanceof Error && "code" in error ? String(error.code) : "unknown",
          fix: "make room on the disk, or correct the owner and mode of the folder",
        },
      );
      return letters.map(() => false);
    }
  };

  return {
    keep(letters) {
      const done = last.then(() => keep(letters));
      last = done;
      return done;
    },
  };
}

function print({ id, index, attempts, error, line }: DeadLetter): string {
  return `${JSON.stringify({ time: new Date().toISOString(), index, id, attempts, error, line })}\n`;
}

/** A new file is there after a power loss only when its folder says so. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readFrom(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}
