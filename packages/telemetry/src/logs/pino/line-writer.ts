import { write, writeSync } from "node:fs";
import type { Reporter } from "../../reports/reporter.ts";

/** Takes lines for stdout. Never throws, never waits. */
export interface LineWriter {
  write(line: string): void;
  /** Resolves when all has been written or given up, or after `deadlineMs` milliseconds. */
  flush(deadlineMs: number): Promise<void>;
  /** Writes what waits now, and waits for it: for the last moment of the process. */
  flushSync(): void;
  /** Lines that found no room, or no reader. */
  dropped(): number;
}

/** What may wait in memory for a reader that does not read. */
const mostBytes = 16 * 2 ** 20;
/** What is written at once: larger pieces would hold the event loop while they are copied. */
const pieceBytes = 256 * 1024;
/** A pipe that does not block says so when it is full. */
const againMs = 10;
/** Longest wait for a full pipe at the end of the process. */
const lastWaitMs = 2_000;

/**
 * Writes in the background and in one piece what was logged during a turn of the event loop: a write for each line would
 * cost more than making the line, and a reader that hangs (the journal restarts) would hold the application.
 */
export function createLineWriter(fd: number, reporter: Reporter): LineWriter {
  let waiting: string[] = [];
  let waitingBytes = 0;
  /** What is being written, or waits to be tried again. */
  let current: Buffer | undefined;
  let isInFlight = false;
  let isScheduled = false;
  let isClosed = false;
  let dropped = 0;
  const onEmpty: (() => void)[] = [];

  const drop = (lines: number, reason: string): void => {
    dropped += lines;
    reporter.begin("stdout", "log lines are not written to stdout", { reason });
  };

  const start = (): void => {
    isScheduled = false;
    if (current !== undefined) return;
    if (waiting.length === 0) {
      for (const tell of onEmpty.splice(0)) tell();
      return;
    }
    const lines = waitingBytes <= pieceBytes ? waiting : waiting.slice(0, pieceLines(waiting));
    waiting = lines === waiting ? [] : waiting.slice(lines.length);
    current = Buffer.from(lines.join(""));
    next();
  };

  const next = (): void => {
    if (current === undefined || isInFlight) return;
    isInFlight = true;
    write(fd, current, done);
  };

  const done = (error: NodeJS.ErrnoException | null, written: number): void => {
    isInFlight = false;
    if (current === undefined) return;
    if (error?.code === "EAGAIN" || error?.code === "EBUSY") {
      // Keeps no process alive: at its end there is a last try.
      setTimeout(next, againMs).unref();
      return;
    }
    const settled = error === null ? written : current.length;
    waitingBytes -= settled;
    if (error !== null) {
      drop(linesOf(current), error.code ?? error.message);
      // Nobody will ever read again.
      isClosed = error.code === "EPIPE" || error.code === "EBADF";
    } else reporter.end("stdout", "log lines are written to stdout again");
    current = settled < current.length ? current.subarray(settled) : undefined;
    if (current === undefined) start();
    else next();
  };

  const writer: LineWriter = {
    write(line) {
      const bytes = Buffer.byteLength(line);
      if (isClosed || waitingBytes + bytes > mostBytes) {
        drop(1, isClosed ? "closed" : "full");
        return;
      }
      waitingBytes += bytes;
      waiting.push(line);
      if (isScheduled || current !== undefined) return;
      isScheduled = true;
      setImmediate(start);
    },
    flush: (deadlineMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        onEmpty.push(() => {
          clearTimeout(timer);
          resolve();
        });
        start();
      }),
    flushSync() {
      // What is in flight is finished by its thread before the process ends.
      const pieces = isInFlight || current === undefined ? [] : [current];
      const rest = Buffer.concat([...pieces, Buffer.from(waiting.join(""))]);
      if (!isInFlight) current = undefined;
      waiting = [];
      waitingBytes -= rest.length;
      if (!isClosed && rest.length > 0 && !writeAll(fd, rest)) drop(linesOf(rest), "end of process");
    },
    dropped: () => dropped,
  };
  process.once("exit", () => writer.flushSync());
  return writer;
}

/** How many of the lines make a piece. */
function pieceLines(lines: readonly string[]): number {
  let length = 0;
  const after = lines.findIndex((line) => {
    length += line.length;
    return length >= pieceBytes;
  });
  return after < 0 ? lines.length : after + 1;
}

function writeAll(fd: number, bytes: Buffer): boolean {
  const end = Date.now() + lastWaitMs;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull || Date.now() > end) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
    }
  }
  return true;
}

function linesOf(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
