import { segmentsInBound } from "../../../packages/telemetry/src/logs/buffer/bounds.ts";
import { BufferedSink } from "../../../packages/telemetry/src/logs/buffer/buffered-sink.ts";
import { createFileEngine, type Engine } from "../../../packages/telemetry/src/logs/buffer/engine.ts";
import { claimHome, type Processes } from "../../../packages/telemetry/src/logs/buffer/homes.ts";
import { newEpoch } from "../../../packages/telemetry/src/logs/buffer/names.ts";
import { Room } from "../../../packages/telemetry/src/logs/buffer/room.ts";
import { SegmentAppender } from "../../../packages/telemetry/src/logs/buffer/segment-appender.ts";
import { ApplicationSide, shareCounts, WorkerSide } from "../../../packages/telemetry/src/logs/buffer/shared-counts.ts";
import type { LogCounts } from "../../../packages/telemetry/src/logs/sink.ts";
import type { Reporter } from "../../../packages/telemetry/src/reports/reporter.ts";
import type { BufferSettings } from "../../../packages/telemetry/src/settings/logs.ts";
import type { SimulatedFiles } from "./simulated-files.ts";
import type { StubStore } from "./stub-store.ts";

export const silent: Reporter = { begin() {}, end() {} };

/** One process with both sides of a durable buffer, in one thread: every interleaving is the test's choice. */
export interface Incarnation {
  readonly sink: BufferedSink;
  /** One look of the worker, 20 ms after the last; errors of the files are swallowed, as the worker does. */
  turn(isUrgent?: boolean): Promise<void>;
  stop(): Promise<void>;
}

export function startProcess(
  pid: number,
  files: SimulatedFiles,
  store: StubStore,
  settings: BufferSettings,
): Incarnation {
  const processes: Processes = {
    self: { pid, start: "1", boot: "b", namespace: "1" },
    lifeOf: (owner) => (owner.pid === pid ? "alive" : "dead"),
  };
  const memory = shareCounts();
  const shared = new ApplicationSide(memory);
  const home = claimHome(files, settings.directory, newEpoch(files.clockMs), processes);
  const engine: Engine = createFileEngine(
    {
      ...{ settings, files, home, processes, reporter: silent, taken: undefined },
      shared: new WorkerSide(memory),
      delivery: store.delivery(),
      landed: () => {},
      adopted: () => {},
    },
    files.clockMs,
  );
  const now = (): number => files.clockMs;
  const room = new Room({
    maxBytes: settings.maxDiskBytes,
    ...{ whenFull: settings.whenFull, full: "buffer_full", now },
    used: () => shared.usedBytes(),
    wait: () => false,
    afterTurn: () => {},
  });
  const appender = new SegmentAppender({
    ...{ files, home, shared, room, reporter: silent, now },
    segmentBytes: Math.floor(settings.maxDiskBytes / segmentsInBound),
    wake: () => {},
  });
  const stop = async (): Promise<void> => {
    await engine.stop(files.clockMs);
  };
  return {
    sink: new BufferedSink({
      ...{ mode: "durable", appender, shared, reporter: silent, now },
      worker: { send: () => {}, close: stop },
    }),
    async turn(isUrgent = true) {
      files.clockMs += 20;
      try {
        engine.turn(files.clockMs, isUrgent);
      } catch {
        // Tried again at the next look.
      }
      await settleDown();
    },
    async stop() {
      appender.close();
      await stop();
    },
  };
}

/** Lets everything that has been resolved go on. */
export async function settleDown(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await Promise.resolve();
}

export function droppedOf(counts: LogCounts): number {
  return Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
}

/** `accepted - delivered - deadLettered - dropped - buffered`: 0 at any moment. */
export function imbalanceOf(counts: LogCounts): number {
  return counts.accepted - counts.delivered - counts.deadLettered - droppedOf(counts) - counts.buffered;
}
