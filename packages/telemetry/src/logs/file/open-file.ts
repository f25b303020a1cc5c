import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectory } from "../make-directory.ts";

/** A log file that is open for appending. */
export interface OpenFile {
  readonly fd: number;
  readonly inode: number;
  size: number;
}

/** Opens it, with its folder, and ends a line that a power loss cut off. Throws the errors of the file system. */
export function openLogFile(path: string): OpenFile {
  makeDirectory(dirname(path), 0o750);
  const fd = openSync(path, "a+", 0o640);
  try {
    const { ino, size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    const isTorn = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    const file = { fd, inode: ino, size };
    if (isTorn) appendLine(file, "\n");
    return file;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Writes all of it, or throws; what was written by then stays. */
export function appendLine(file: OpenFile, line: string): void {
  const length = Buffer.byteLength(line);
  const first = writeSync(file.fd, line);
  file.size += first;
  if (first === length) return;
  const rest = Buffer.from(line).subarray(first);
  for (let done = 0; done < rest.length; ) {
    const written = writeSync(file.fd, rest, done);
    done += written;
    file.size += written;
  }
}

/** Whether the path still leads to the open file. */
export function isInPlace(path: string, { inode }: OpenFile): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === inode;
}

/** Whether no path at all leads to it: what is written to it is gone when it is closed. */
export function isRemoved({ fd }: OpenFile): boolean {
  return fstatSync(fd).nlink === 0;
}
