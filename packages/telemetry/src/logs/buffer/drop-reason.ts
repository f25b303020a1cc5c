/** Why a line was thrown away. Each one stands in the counts from the start. */
export const dropReasons = [
  /** The bound of bytes on disk was reached. */
  "buffer_full",
  /** The bound of bytes in memory was reached. */
  "memory_full",
  /** Below `warn` while the buffer was nearly full, with `drop_by_level`. */
  "level",
  /** Older than the bound of age. */
  "age",
  /** The file system has no room: ENOSPC or EDQUOT. */
  "disk_full",
  /** Another error of the file system, or, in the mode `fast`, a worker that died. */
  "io_error",
  /** Written once, but no longer readable: altered, cut off or gone. */
  "corrupt",
  /** The last line of a process that died while it wrote. */
  "torn",
  /** Longer than `maxLineBytes`. */
  "too_large",
  /** Refused by the store for good, and the dead-letter file was full or could not be written. */
  "dead_letter_file",
  /** Came after `close`. */
  "closed",
] as const;

export type DropReason = (typeof dropReasons)[number];

export type Drops = Record<DropReason, number>;

export function noDrops(): Drops {
  return {
    buffer_full: 0,
    memory_full: 0,
    level: 0,
    age: 0,
    disk_full: 0,
    io_error: 0,
    corrupt: 0,
    torn: 0,
    too_large: 0,
    dead_letter_file: 0,
    closed: 0,
  };
}
