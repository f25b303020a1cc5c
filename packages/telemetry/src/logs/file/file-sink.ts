import { closeSync, fdatasync, readSync } from "node:fs";
import type { Reporter } from "../../reports/reporter.ts";
import type { LogFileSettings } from "../../settings/log-file.ts";
import type { Flushed, LogSink } from "../sink.ts";
import { appendLine, isInPlace, isRemoved, type OpenFile, openLogFile } from "./open-file.ts";
import { rotate } from "./rotate.ts";

/** So often it is looked whether somebody has moved the file away, in milliseconds. */
const lookMs = 250;

/** Where the file cannot be written, a line is tried again so often; the lines between are dropped. Milliseconds. */
const retryMs = 1_000;

/** Lines written to a removed file since it was last seen are written anew, in bytes at most. */
const mostRescuedBytes = 2 ** 20;

/**
 * Writes the lines to a file. Delivered is what the kernel has taken: it outlives the process, and a power loss once it
 * is synced (by `flush`, `close` and at a rotation). A file that is moved or removed is opened anew; several processes
 * may write to one. Never throws.
 */
export function openFileSink({ path, maxBytes, keep }: LogFileSettings, reporter: Reporter): LogSink {
  let file: OpenFile | undefined;
  let sizeSeen = 0;
  let retryAt = 0;
  let accepted = 0;
  let delivered = 0;
  let synced = 0;
  let isClosed = false;
  const dropped = { write_failed: 0 };

  const open = (): OpenFile => {
    const opened = openLogFile(path);
    file = opened;
    sizeSeen = opened.size;
    return opened;
  };

  /** The rest of the disk's work is done beside the application. */
  const release = ({ fd }: OpenFile): void => {
    const written = delivered;
    file = undefined;
    fdatasync(fd, (error) => {
      if (error === null) synced = Math.max(synced, written);
      closeSync(fd);
    });
  };

  const putAside = (full: OpenFile): OpenFile => {
    // Another process may have done it already.
    if (isInPlace(path, full)) rotate(path, keep);
    release(full);
    return open();
  };

  const look = (): void => {
    const current = file;
    if (current === undefined) return;
    attempt(() => {
      if (isInPlace(path, current)) {
        sizeSeen = current.size;
        return;
      }
      const rescued = isRemoved(current) ? readFrom(current, sizeSeen) : "";
      release(current);
      const opened = open();
      if (rescued !== "") appendLine(opened, rescued);
    });
  };
  const timer = setInterval(look, lookMs);
  timer.unref();

  const attempt = (work: () => void): boolean => {
    try {
      work();
      reporter.end("log-file", "log file can be written again", { "file.path": path });
      return true;
    } catch (error) {
      retryAt = performance.now() + retryMs;
      // Opened anew, a line that was cut off is ended, so that it does not spoil the next.
      if (file !== undefined) release(file);
      reporter.begin("log-file", "log file cannot be written; log records go to stdout only", {
        "file.path": path,
        "error.code": error instanceof Error && "code" in error ? String(error.code) : "unknown",
        fix: "make room on the disk, or correct the folder, its owner and mode, or TELEMETRY_LOG_FILE",
      });
      return false;
    }
  };

  const sync = (): Promise<void> => {
    const current = file;
    const written = delivered;
    return new Promise((resolve) => {
      if (current === undefined) return resolve();
      fdatasync(current.fd, (error) => {
        if (error === null) synced = Math.max(synced, written);
        resolve();
      });
    });
  };

  const flush = async (deadlineMs: number): Promise<Flushed> => {
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([sync(), late]);
    clearTimeout(timeout);
    return { delivered, buffered: 0, deadLettered: 0 };
  };

  attempt(open);
  return {
    mode: "file",
    write(line) {
      accepted += 1;
      const isWritten =
        !isClosed &&
        performance.now() >= retryAt &&
        attempt(() => {
          let current = file ?? open();
          if (current.size > 0 && current.size + Buffer.byteLength(line) > maxBytes) current = putAside(current);
          appendLine(current, line);
        });
      if (isWritten) {
        retryAt = 0;
        delivered += 1;
      } else dropped.write_failed += 1;
    },
    flush,
    async close(deadlineMs) {
      isClosed = true;
      clearInterval(timer);
      const flushed = await flush(deadlineMs);
      if (file !== undefined) release(file);
      return flushed;
    },
    counts: () => ({
      accepted,
      synced,
      delivered,
      redirected: 0,
      deadLettered: 0,
      dropped: { ...dropped },
      buffered: 0,
    }),
  };
}

function readFrom({ fd, size }: OpenFile, from: number): string {
  const length = Math.min(Math.max(0, size - from), mostRescuedBytes);
  const bytes = Buffer.alloc(length);
  return bytes.toString("utf8", 0, readSync(fd, bytes, 0, length, size - length));
}
