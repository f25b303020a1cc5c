import type { Reporter } from "../../reports/reporter.ts";
import type { BufferSettings } from "../../settings/logs.ts";
import type { DeliveryOptions } from "../delivery/options.ts";
import type { LogSink } from "../sink.ts";
import { segmentsInBound } from "./bounds.ts";
import { BufferedSink } from "./buffered-sink.ts";
import { ChunkAppender } from "./chunk-appender.ts";
import { type FileLayer, machineFiles } from "./file-layer.ts";
import { claimHome, type Home, realProcesses } from "./homes.ts";
import { newEpoch } from "./names.ts";
import { Room } from "./room.ts";
import { SegmentAppender } from "./segment-appender.ts";
import { ApplicationSide, shareCounts, type WorkerCounts, WorkerSide } from "./shared-counts.ts";
import { WorkerHandle } from "./worker-handle.ts";

export interface SinkOptions {
  readonly delivery: DeliveryOptions;
  readonly reporter: Reporter;
}

const largestSegment = 8 * 2 ** 20;
const largestChunk = 2 ** 20;
const now = (): number => performance.now();

/**
 * A sink that has each line on disk when `write` returns. Where its folder cannot be made it reports that and keeps lines in
 * memory only: the mode of what is returned is then `fast`.
 */
export function openDurableSink(settings: BufferSettings, options: SinkOptions): LogSink {
  return openOnFiles(settings, options, machineFiles);
}

/** A sink that keeps lines in memory until they are delivered: what waits when the process dies is lost. */
export function openFastSink(settings: BufferSettings, { delivery, reporter }: SinkOptions): LogSink {
  const memory = shareCounts();
  const shared = new ApplicationSide(memory);
  const worker = new WorkerHandle({
    reporter,
    start(_, isFirst) {
      // To nobody: it is counted with what is lost.
      if (!isFirst) appender.handOver();
      return {
        ...{ kind: "fast" as const, memory, settings, delivery, adopted: [] },
        // Sequences begin anew with each worker.
        home: { epoch: newEpoch(Date.now()), path: "" },
        before: isFirst ? undefined : loseWithWorker(memory, shared),
      };
    },
  });
  const maxBytes = settings.maxMemoryBytes;
  const appender = new ChunkAppender({
    chunkBytes: Math.min(largestChunk, Math.floor(maxBytes / segmentsInBound)),
    room: roomOf(settings, { maxBytes, full: "memory_full", shared }),
    appended: (bytes) => void shared.appended(bytes),
    post(chunk) {
      const { buffer } = chunk.bytes;
      worker.send({ kind: "chunk", chunk }, buffer instanceof ArrayBuffer ? [buffer] : []);
    },
  });
  return new BufferedSink({ mode: "fast", appender, shared, worker, reporter, now });
}

function openOnFiles(settings: BufferSettings, { delivery, reporter }: SinkOptions, files: FileLayer): LogSink {
  let home: Home;
  try {
    home = claimHome(files, settings.directory, newEpoch(Date.now()), realProcesses());
  } catch (error) {
    reporter.begin("log-buffer-directory", "log records are kept in memory only: their folder cannot be made", {
      "file.path": settings.directory,
      "error.message": String(error),
      fix: "make the folder writable for this process, or name another one in TELEMETRY_LOG_DIRECTORY",
    });
    return openFastSink(settings, { delivery, reporter });
  }
  const memory = shareCounts();
  const shared = new ApplicationSide(memory);
  const worker = new WorkerHandle({
    reporter,
    start: (adopted, isFirst) => ({
      ...{ kind: "durable" as const, memory, settings, delivery, home, adopted },
      before: isFirst ? undefined : shared.read(),
    }),
  });
  const maxBytes = settings.maxDiskBytes;
  const appender = new SegmentAppender({
    ...{ files, home, shared, reporter, now },
    segmentBytes: Math.min(largestSegment, Math.floor(maxBytes / segmentsInBound)),
    room: roomOf(settings, { maxBytes, full: "buffer_full", shared }),
    wake: () => worker.send({ kind: "wake" }),
  });
  return new BufferedSink({ mode: "durable", appender, shared, worker, reporter, now });
}

interface RoomSettings {
  readonly maxBytes: number;
  readonly full: "buffer_full" | "memory_full";
  readonly shared: ApplicationSide;
}

function roomOf({ whenFull }: BufferSettings, { maxBytes, full, shared }: RoomSettings): Room {
  return new Room({
    ...{ maxBytes, whenFull, full, now },
    used: () => shared.usedBytes(),
    wait: (timeoutMs) => shared.waitForRoom(timeoutMs),
    afterTurn: (callback) => void setImmediate(callback).unref(),
  });
}

/** What a dead worker had in memory is lost, and counted, at once: the next one may die before it can say so. */
function loseWithWorker(memory: SharedArrayBuffer, shared: ApplicationSide): WorkerCounts {
  const before = shared.read();
  const lost = before.held + shared.records - before.seen;
  const counts = {
    ...before,
    ...{ seen: shared.records, seenBytes: shared.bytes, held: 0, heldBytes: 0 },
    dropped: { ...before.dropped, io_error: before.dropped.io_error + lost },
  };
  new WorkerSide(memory, counts).publish(counts);
  return counts;
}
