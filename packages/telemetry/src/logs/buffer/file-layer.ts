import {
  closeSync,
  constants,
  fdatasync,
  fsync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { makeDirectory } from "../make-directory.ts";

/** Everything that the buffer asks of a file system, so that a test can crash between any two calls. Errors are thrown. */
export interface FileLayer {
  /** With its parents; fine where it is there. */
  makeDirectory(path: string): void;
  /** Names in a folder, in no order. */
  list(path: string): readonly string[];
  /** A new file; writes go to its end. */
  create(path: string): number;
  openForRead(path: string): number;
  /** Made where it is missing. */
  openForUpdate(path: string): number;
  /** Writes the first `length` bytes; fewer may have been written than asked for. */
  write(file: number, bytes: Uint8Array, length: number): number;
  writeAt(file: number, bytes: Uint8Array, position: number): number;
  /** Bytes that were read; 0 at the end. */
  read(file: number, into: Uint8Array, position: number): number;
  truncate(file: number, size: number): void;
  /** Makes what was written safe against power loss. */
  sync(file: number): Promise<void>;
  /** The same for the names in a folder. */
  syncDirectory(path: string): Promise<void>;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** An empty one. */
  removeDirectory(path: string): void;
  status(path: string): FileStatus;
  /** Sets the time of the last change. */
  touch(path: string, timeMs: number): void;
}

export interface FileStatus {
  /** In bytes. */
  readonly size: number;
  /** Time of the last change since the epoch, in milliseconds. */
  readonly changedMs: number;
}

/** The machine's own; lines may hold what others must not read. */
export const machineFiles: FileLayer = {
  makeDirectory: (path) => makeDirectory(path, 0o700),
  list: (path) => readdirSync(path),
  create: (path) => openSync(path, "ax", 0o600),
  openForRead: (path) => openSync(path, "r"),
  openForUpdate: (path) => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600),
  write: (file, bytes, length) => writeSync(file, bytes, 0, length),
  writeAt: (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  read: (file, into, position) => readSync(file, into, 0, into.length, position),
  truncate: ftruncateSync,
  sync: (file) => new Promise((done, fail) => fdatasync(file, (error) => (error === null ? done() : fail(error)))),
  async syncDirectory(path) {
    const directory = openSync(path, "r");
    try {
      await new Promise<void>((done, fail) => fsync(directory, (error) => (error === null ? done() : fail(error))));
    } finally {
      closeSync(directory);
    }
  },
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  removeDirectory: rmdirSync,
  status(path) {
    const { size, mtimeMs } = statSync(path);
    return { size, changedMs: mtimeMs };
  },
  touch: (path, timeMs) => utimesSync(path, timeMs / 1000, timeMs / 1000),
};

/** `ENOENT` and the like; the empty text where it is no error of the system. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
