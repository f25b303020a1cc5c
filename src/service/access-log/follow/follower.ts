import { stat } from "node:fs/promises";
import { FollowedFile, idOf, type LineSink, type Position } from "./followed-file.ts";
import { beginsWith, type Head, headOf } from "./head.ts";
import { type Rotated, rotatedFiles } from "./rotated.ts";

/**
 * Invariants, which `test/service/access-log/follow/follower.test.ts` holds against a model:
 * 1. Each line is handed on once, whether the log is renamed, copied and cut off, or its reader stopped or killed.
 * 2. Position and lines agree at every moment at which other code can run.
 * 3. Nothing is handed on that stood in the log before the very first start.
 * What cannot be had: lines that a rotation writes between its copy and its cut, and files that are compressed or
 * deleted before they were read to their end; the latter are told as a gap.
 */

/** How far a log has been read. */
export interface FollowState {
  /** When it was looked at last, in milliseconds since 1970. */
  readonly seenMs: number;
  /** The log, and files that it was rotated into and that are not done with. */
  readonly files: readonly Position[];
}

/** What may be told while a log is followed. */
export type FollowEvent =
  | { readonly type: "gap"; readonly reason: string }
  | { readonly type: "unreadable"; readonly error: unknown }
  | { readonly type: "readable" };

export interface FollowOptions {
  readonly sink: LineSink;
  readonly tell: (event: FollowEvent) => void;
  readonly nowMs: () => number;
  readonly maxLineBytes: number;
  /** How long a renamed file must be quiet until it is left: nginx goes on writing to it until it is told to reopen. */
  readonly graceMs?: number;
  readonly chunkBytes?: number;
}

/** So many files are kept open at once; the oldest are left at their end. */
const maxFiles = 8;
/** By so much a time of the file system may lie behind the clock. */
const clockStepMs = 20;
/** After so much of one file others have their turn, and the log is looked at again. */
export const turnBytes = 16 * 2 ** 20;

/** Follows one log through its rotations. */
export class Follower {
  readonly #path: string;
  readonly #options: Required<FollowOptions>;
  readonly #chunk: Buffer;
  /** The oldest first; the log itself is the last, unless it is not there. */
  #files: FollowedFile[] = [];
  #seenMs: number | undefined;
  #isUnreadable = false;

  /** `state` is that of an earlier reader; without one, reading begins at the end of what is there. */
  constructor(path: string, options: FollowOptions) {
    this.#path = path;
    this.#options = { graceMs: 60_000, chunkBytes: 64 * 1024, ...options };
    this.#chunk = Buffer.alloc(this.#options.chunkBytes);
  }

  /** Undefined before the log was looked at. */
  get state(): FollowState | undefined {
    if (this.#seenMs === undefined) return undefined;
    return { seenMs: this.#seenMs, files: this.#files.map(({ position }) => position) };
  }

  /** Goes on where an earlier reader stopped. To be called before the first `poll`, if at all. */
  async resume(state: FollowState): Promise<void> {
    this.#seenMs = state.seenMs;
    const rotated = await this.#rotated();
    const live = await statusOf(this.#path).catch(() => undefined);
    const candidates = [...rotated, ...(live === undefined ? [] : [{ ...live, path: this.#path }])];
    for (const position of state.files) {
      const file = await this.#find(position, candidates);
      if (file === undefined) this.#tell({ type: "gap", reason: "a rotated file is gone, or compressed" });
      else this.#files.push(file);
    }
  }

  /** Looks at the log and reads what is new, up to a bound; gives the number of bytes that were read. */
  async poll(): Promise<number> {
    const nowMs = this.#options.nowMs();
    let bytes = 0;
    let failure: unknown;
    await this.#look(nowMs).catch((error: unknown) => {
      failure = error;
    });
    try {
      for (const file of [...this.#files]) bytes += await this.#readTurn(file, nowMs);
      await this.#leave(nowMs);
    } catch (error) {
      failure = error;
    }
    this.#told(failure);
    return bytes;
  }

  /** Bytes that have been written and not read. */
  async unread(): Promise<number> {
    const sizes = await Promise.all(this.#files.map((file) => file.unread()));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Lets go of the files; the state stays what it was. */
  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  async #look(nowMs: number): Promise<void> {
    const seenMs = this.#seenMs;
    const live = await statusOf(this.#path);
    if (live !== undefined) {
      const known = this.#files.find(({ id }) => id === live.id);
      const wasEmpty = known?.isEmpty;
      if (known === undefined) await this.#adopt(nowMs, seenMs);
      else if (await known.isTruncated()) await this.#cut(known, nowMs, seenMs);
      // It may have been filled, copied and cut off since: only its copy tells.
      else if (wasEmpty === true && seenMs !== undefined)
        await this.#adoptMissed(nowMs, seenMs + 1, { youngerThan: -1, live: known });
    }
    this.#seenMs = nowMs;
  }

  /** A file stands under the name of the log that was not known. */
  async #adopt(nowMs: number, seenMs: number | undefined): Promise<void> {
    const file = await this.#open(this.#path, { at: seenMs === undefined ? "end" : 0, nowMs });
    const previous = this.#files.at(-1);
    if (seenMs !== undefined) {
      const rotated = await this.#rotated();
      // Where ours is one of them, the younger ones are unread; where it is not, those that were written to meanwhile.
      const youngerThan = rotated.findIndex(({ id }) => id === previous?.id);
      await this.#adoptMissed(nowMs, seenMs - clockStepMs, { youngerThan, live: file });
    }
    if (this.#files.some(({ id }) => id === file.id)) await file.close();
    else this.#files.push(file);
  }

  /** The log was cut off: what was not read of it is in the copy that was made before, if there is one. */
  async #cut(file: FollowedFile, nowMs: number, seenMs: number | undefined): Promise<void> {
    const copy = await this.#findCopy(file.position, nowMs);
    if (copy === undefined) this.#tell({ type: "gap", reason: "it was cut off, and there is no copy of what it held" });
    else this.#insert(copy, file);
    file.rewind();
    if (seenMs === undefined) return;
    const youngerThan = (await this.#rotated()).findIndex(({ id }) => id === copy?.id);
    await this.#adoptMissed(nowMs, seenMs - clockStepMs, { youngerThan, live: file });
  }

  /** Rotated files that nobody has read a line of, because several rotations have come since the log was looked at. */
  async #adoptMissed(
    nowMs: number,
    sinceMs: number,
    { youngerThan, live }: { readonly youngerThan: number; readonly live: FollowedFile },
  ): Promise<void> {
    for (const [at, each] of (await this.#rotated()).entries()) {
      if (each.bytes === 0 || each.modifiedMs < sinceMs || at <= youngerThan) continue;
      if (this.#files.some(({ id }) => id === each.id) || each.id === live.id) continue;
      const file = await this.#open(each.path, { at: 0, nowMs }).catch(() => undefined);
      if (file === undefined) continue;
      // A rotation is about to cut the log off: its copy holds nothing new.
      if (await isCopyOf(file, live)) await file.close();
      else if (this.#files.includes(live)) this.#insert(file, live);
      else this.#files.push(file);
    }
  }

  async #find(position: Position, candidates: readonly (Rotated | Status)[]): Promise<FollowedFile | undefined> {
    const nowMs = this.#options.nowMs();
    const inode = position.id.split(":")[1];
    // Devices are numbered anew when the machine starts.
    const same = candidates.find(({ id }) => id.split(":")[1] === inode);
    if (same !== undefined) {
      const file = await this.#open(same.path, { at: position.offset, head: position.head, nowMs }).catch(
        () => undefined,
      );
      if (file !== undefined && (await isBegunBy(file, position.head))) return file;
      await file?.close();
    }
    return this.#findCopy(position, nowMs);
  }

  async #findCopy({ offset, head }: Position, nowMs: number): Promise<FollowedFile | undefined> {
    if (head.bytes === 0) return undefined;
    // The youngest first: a copy of it is the last that was made.
    for (const { path, id, bytes } of (await this.#rotated()).toReversed()) {
      if (bytes < offset || this.#files.some((file) => file.id === id)) continue;
      const file = await this.#open(path, { at: offset, nowMs, isCopy: true }).catch(() => undefined);
      if (file !== undefined && (await isBegunBy(file, head))) return file;
      await file?.close();
    }
    return undefined;
  }

  async #readTurn(file: FollowedFile, nowMs: number): Promise<number> {
    let bytes = 0;
    while (bytes < turnBytes) {
      const read = await file.read(this.#chunk, nowMs, this.#options.sink);
      if (read === 0) break;
      bytes += read;
    }
    return bytes;
  }

  /** Leaves files that have been read to their end and that nobody writes any more. */
  async #leave(nowMs: number): Promise<void> {
    const live = this.#files.at(-1);
    for (const file of [...this.#files]) {
      if (file === live || (await file.unread()) > 0) continue;
      // While the new log is empty, nginx has perhaps not been told of it.
      const isLeft = live?.isEmpty === false && nowMs - file.quietSinceMs >= this.#options.graceMs;
      if (!file.isCopy && !isLeft && this.#files.length <= maxFiles) continue;
      file.finish(this.#options.sink);
      this.#files = this.#files.filter((each) => each !== file);
      await file.close();
    }
  }

  #insert(file: FollowedFile, before: FollowedFile): void {
    this.#files.splice(this.#files.indexOf(before), 0, file);
  }

  #open(
    path: string,
    options: {
      readonly at: number | "end";
      readonly nowMs: number;
      readonly head?: Head;
      readonly isCopy?: boolean;
    },
  ): Promise<FollowedFile> {
    return FollowedFile.open(path, { ...options, maxLineBytes: this.#options.maxLineBytes });
  }

  /** A folder that may be searched but not listed has no rotated files for us. */
  #rotated(): Promise<readonly Rotated[]> {
    return rotatedFiles(this.#path).catch(() => []);
  }

  #told(error: unknown): void {
    const isUnreadable = error !== undefined;
    if (isUnreadable && !this.#isUnreadable) this.#tell({ type: "unreadable", error });
    if (!isUnreadable && this.#isUnreadable) this.#tell({ type: "readable" });
    this.#isUnreadable = isUnreadable;
  }

  #tell(event: FollowEvent): void {
    this.#options.tell(event);
  }
}

interface Status {
  readonly path: string;
  readonly id: string;
  readonly bytes: number;
}

/** Undefined where the log is not there: nginx will make it. */
async function statusOf(path: string): Promise<Status | undefined> {
  try {
    const { dev, ino, size } = await stat(path, { bigint: true });
    return { path, id: idOf(dev, ino), bytes: Number(size) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function isBegunBy(file: FollowedFile, head: Head): Promise<boolean> {
  return beginsWith(await file.start(), head);
}

async function isCopyOf(file: FollowedFile, live: FollowedFile): Promise<boolean> {
  const [own, other] = await Promise.all([file.start(), live.start()]);
  const bytes = Math.min(own.length, other.length);
  return bytes > 0 && headOf(own.subarray(0, bytes)).sha256 === headOf(other.subarray(0, bytes)).sha256;
}
