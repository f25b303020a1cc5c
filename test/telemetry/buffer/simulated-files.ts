import { basename, dirname } from "node:path";
import type { FileLayer } from "../../../packages/telemetry/src/logs/buffer/file-layer.ts";

/** One change of a file that has not been synced. */
interface Change {
  readonly at: number;
  readonly bytes: Uint8Array;
  /** Set where the change is a cut. */
  readonly cutTo?: number;
}

interface File {
  readonly safe: { bytes: Uint8Array };
  bytes: Uint8Array;
  changes: Change[];
  changedMs: number;
}

interface Folder {
  names: Map<string, File>;
  safe: Map<string, File>;
  changedMs: number;
}

/** Draws a whole number from 0 up to `below`, without it. */
export type Draw = (below: number) => number;

/** The process is gone: nothing that it does afterwards reaches the disk. */
export class Crash extends Error {}

/**
 * A file system in memory that can lose power, fill up, fail, and end the process at any call. After a loss of power each
 * file has what was synced and any beginning of what was written since, and each folder its names of the last sync or of
 * now.
 */
export class SimulatedFiles implements FileLayer {
  clockMs = 1_000_000;
  /** Bytes that still fit. */
  roomBytes = Number.POSITIVE_INFINITY;
  /** Calls that fail with EIO from now on. */
  faults = 0;
  /** Calls until the process dies; undefined: it lives on. */
  #callsLeft: number | undefined;
  #folders = new Map<string, Folder>();
  #open = new Map<number, File>();
  #nextNumber = 3;
  readonly #draw: Draw;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  dieAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Takes `dieAfter` back. */
  live(): void {
    this.#callsLeft = undefined;
  }

  get isDead(): boolean {
    return this.#callsLeft === 0;
  }

  /** The process is gone, the machine stays. */
  crash(): void {
    this.#callsLeft = undefined;
    this.#open.clear();
  }

  losePower(): void {
    this.crash();
    for (const folder of this.#folders.values()) {
      if (this.#draw(2) === 0) folder.names = new Map(folder.safe);
      folder.safe = new Map(folder.names);
      for (const file of folder.names.values()) {
        const kept = file.changes.slice(0, this.#draw(file.changes.length + 1));
        const next = file.changes[kept.length];
        file.bytes = kept.reduce(apply, file.safe.bytes);
        if (next !== undefined && next.cutTo === undefined)
          file.bytes = apply(file.bytes, { ...next, bytes: next.bytes.slice(0, this.#draw(next.bytes.length + 1)) });
        file.safe.bytes = file.bytes;
        file.changes = [];
      }
    }
  }

  /** All files by their path, for what must hold on the disk. */
  get all(): ReadonlyMap<string, Uint8Array> {
    return new Map(
      [...this.#folders].flatMap(([path, { names }]) =>
        [...names].map(([name, { bytes }]) => [`${path}/${name}`, bytes] as const),
      ),
    );
  }

  /** Alters a file behind the back of everybody. */
  alter(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const file = this.#find(path);
    file.bytes = change(file.bytes);
    file.safe.bytes = file.bytes;
    file.changes = [];
  }

  makeDirectory(path: string): void {
    this.#call();
    for (let each = path; each !== "/"; each = dirname(each))
      if (!this.#folders.has(each))
        this.#folders.set(each, { names: new Map(), safe: new Map(), changedMs: this.clockMs });
  }

  list(path: string): readonly string[] {
    this.#call();
    const folder = this.#folder(path);
    const inside = [...this.#folders.keys()].filter((each) => dirname(each) === path).map((each) => basename(each));
    return [...folder.names.keys(), ...inside];
  }

  create(path: string): number {
    this.#call();
    if (this.#folder(dirname(path)).names.has(basename(path))) throw failure("EEXIST", path);
    return this.#opened(this.#make(path));
  }

  openForRead(path: string): number {
    this.#call();
    return this.#opened(this.#find(path));
  }

  openForUpdate(path: string): number {
    this.#call();
    const known = this.#folder(dirname(path)).names.get(basename(path));
    return this.#opened(known ?? this.#make(path));
  }

  write(file: number, bytes: Uint8Array, length: number): number {
    const { bytes: before } = this.#of(file);
    return this.#put(file, { at: before.length, bytes: bytes.slice(0, length) });
  }

  writeAt(file: number, bytes: Uint8Array, position: number): number {
    return this.#put(file, { at: position, bytes: bytes.slice() });
  }

  read(file: number, into: Uint8Array, position: number): number {
    this.#call();
    const part = this.#of(file).bytes.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  truncate(file: number, size: number): void {
    this.#call();
    this.#change(this.#of(file), { at: 0, bytes: new Uint8Array(), cutTo: size });
  }

  async sync(file: number): Promise<void> {
    this.#call();
    const of = this.#of(file);
    of.safe.bytes = of.bytes;
    of.changes = [];
  }

  async syncDirectory(path: string): Promise<void> {
    this.#call();
    const folder = this.#folder(path);
    folder.safe = new Map(folder.names);
  }

  close(file: number): void {
    this.#open.delete(file);
  }

  rename(from: string, to: string): void {
    this.#call();
    const folder = this.#folders.get(from);
    if (folder !== undefined) {
      this.#folders.delete(from);
      this.#folders.set(to, folder);
      return;
    }
    const file = this.#find(from);
    this.#folder(dirname(from)).names.delete(basename(from));
    this.#folder(dirname(to)).names.set(basename(to), file);
  }

  remove(path: string): void {
    this.#call();
    this.#find(path);
    this.#folder(dirname(path)).names.delete(basename(path));
  }

  removeDirectory(path: string): void {
    this.#call();
    if (this.#folder(path).names.size > 0) throw failure("ENOTEMPTY", path);
    this.#folders.delete(path);
  }

  status(path: string): { readonly size: number; readonly changedMs: number } {
    this.#call();
    const folder = this.#folders.get(path);
    if (folder !== undefined) return { size: 0, changedMs: folder.changedMs };
    const { bytes, changedMs } = this.#find(path);
    return { size: bytes.length, changedMs };
  }

  touch(path: string, timeMs: number): void {
    this.#call();
    this.#folder(path).changedMs = timeMs;
  }

  #call(): void {
    if (this.#callsLeft === 0) throw new Crash("the process is gone");
    if (this.#callsLeft !== undefined) this.#callsLeft--;
    if (this.#callsLeft === 0) throw new Crash("the process is gone");
    if (this.faults > 0) {
      this.faults--;
      throw failure("EIO", "disk");
    }
  }

  #put(file: number, { at, bytes }: Change): number {
    const isAlive = this.#callsLeft !== 1;
    // The last call of a process may still have reached the disk in part.
    if (!isAlive) this.#change(this.#of(file), { at, bytes: bytes.slice(0, this.#draw(bytes.length + 1)) });
    this.#call();
    const fitting = Math.min(bytes.length, this.roomBytes);
    if (fitting === 0) throw failure("ENOSPC", "disk");
    this.roomBytes -= fitting;
    this.#change(this.#of(file), { at, bytes: bytes.slice(0, fitting) });
    return fitting;
  }

  #change(file: File, change: Change): void {
    file.bytes = apply(file.bytes, change);
    file.changes.push(change);
    file.changedMs = this.clockMs;
  }

  #make(path: string): File {
    const file = { safe: { bytes: new Uint8Array() }, bytes: new Uint8Array(), changes: [], changedMs: this.clockMs };
    this.#folder(dirname(path)).names.set(basename(path), file);
    return file;
  }

  #opened(file: File): number {
    this.#open.set(this.#nextNumber, file);
    return this.#nextNumber++;
  }

  #of(number: number): File {
    const file = this.#open.get(number);
    if (file === undefined) throw failure("EBADF", String(number));
    return file;
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw failure("ENOENT", path);
    return folder;
  }

  #find(path: string): File {
    const file = this.#folder(dirname(path)).names.get(basename(path));
    if (file === undefined) throw failure("ENOENT", path);
    return file;
  }
}

function apply(bytes: Uint8Array, { at, bytes: part, cutTo }: Change): Uint8Array {
  if (cutTo !== undefined) return bytes.slice(0, cutTo);
  const after = new Uint8Array(Math.max(bytes.length, at + part.length));
  after.set(bytes);
  after.set(part, at);
  return after;
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
