/** How log lines travel beside stdout; `stdout` is nothing beside it. */
export type LogMode = "durable" | "fast" | "direct" | "file" | "stdout";

/**
 * What takes the finished lines. Invariant, at any moment and in the modes `durable` and `fast`:
 * `accepted = delivered + deadLettered + sum(dropped) + buffered`.
 */
export interface LogSink {
  readonly mode: LogMode;
  /** Takes one line of ECS JSON that ends with a newline. Never throws and never waits for the network. */
  write(line: string): void;
  /** Waits until all that was accepted has been settled, at most `deadlineMs` milliseconds. */
  flush(deadlineMs: number): Promise<Flushed>;
  /** Flushes, then releases files, sockets and threads; keeps its deadline. What is left stays on disk in `durable`. */
  close(deadlineMs: number): Promise<Flushed>;
  counts(): LogCounts;
}

/** What a flush has come to: records since the start of the process, and those that still wait. */
export interface Flushed {
  readonly delivered: number;
  readonly buffered: number;
  readonly deadLettered: number;
}

/** Records since the start of the process; `buffered` is now. */
export interface LogCounts {
  /** Taken, in `durable` those recovered from an earlier process included. */
  readonly accepted: number;
  /** Safe against power loss. */
  readonly synced: number;
  /** Answered by the store with created, or with "is there already". */
  readonly delivered: number;
  /** Delivered, but into the failure store. */
  readonly redirected: number;
  /** Refused for good, and written to the dead-letter file. */
  readonly deadLettered: number;
  /** Thrown away, by reason; every reason that can occur is there from the start with 0. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly buffered: number;
}
