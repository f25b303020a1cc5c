import type { Reporter } from "../../reports/reporter.ts";
import type { BufferSettings } from "../../settings/logs.ts";
import type { Delivery } from "../batch.ts";
import type { Backlog } from "./backlog.ts";
import { enforceBounds } from "./bounds.ts";
import type { Chunk } from "./chunk-appender.ts";
import { ChunkBacklog } from "./chunk-backlog.ts";
import type { DropReason } from "./drop-reason.ts";
import { FileBacklog } from "./file-backlog.ts";
import type { FileLayer } from "./file-layer.ts";
import { type Home, heartbeatMs, type Processes } from "./homes.ts";
import { Ledger } from "./ledger.ts";
import type { Segment } from "./segment.ts";
import type { WorkerSide } from "./shared-counts.ts";
import { Shipper } from "./shipper.ts";

/** The worker's part of a buffer, without its thread and its clock. */
export interface Engine {
  /** Does what is due; true where something was, or soon is. Errors of the file system are thrown. */
  turn(nowMs: number, isUrgent: boolean): boolean;
  /** Ends what is on its way, and leaves everything in order for the next process. */
  stop(nowMs: number): Promise<void>;
}

export interface EngineOptions {
  readonly settings: BufferSettings;
  readonly shared: WorkerSide;
  readonly delivery: Delivery;
  readonly reporter: Reporter;
  /** There is a place for the next batch. */
  readonly landed: () => void;
}

export interface FileEngineOptions extends EngineOptions {
  readonly files: FileLayer;
  readonly home: Home;
  readonly processes: Processes;
  /** Homes that a worker before this one has taken over; undefined where there was none. */
  readonly taken: readonly Home[] | undefined;
  readonly adopted: (homes: readonly Home[]) => void;
}

/** Between two syncs; a look of the worker and the sync itself come on top, and all is done within 50 ms. */
const syncEveryMs = 20;

/** How often leftovers of processes that have died are looked for. */
const adoptEveryMs = 30_000;

/** Ships segments that another thread appends to files. */
export function createFileEngine(options: FileEngineOptions, startMs: number): Engine {
  const { settings, shared, reporter, taken } = options;
  const { directory, maxDiskBytes: maxBytes } = settings;
  const ledger = new Ledger(shared);
  const backlog = new FileBacklog({ ...options, directory, maxBytes, ledger });
  const { shipper, work } = shipping(options, { backlog, ledger, maxBytes, whenTooLarge: "buffer_full" });
  if (taken !== undefined) {
    backlog.resume(startMs);
    for (const home of taken) backlog.load(home);
    ledger.resumed();
  }
  let adoptAtMs = startMs;
  let beatAtMs = startMs + heartbeatMs;
  let syncAtMs = 0;
  const sync = (nowMs: number): void => {
    // Each sync costs CPU: where batches come and go it would be one after the other.
    if (nowMs < syncAtMs) return;
    syncAtMs = nowMs + syncEveryMs;
    backlog.sync().then(
      () => reporter.end("log-buffer-sync", "log records are synced again"),
      (error: unknown) =>
        reporter.begin("log-buffer-sync", "log records cannot be synced", { "error.message": String(error) }),
    );
  };
  return {
    turn(nowMs, isUrgent) {
      if (nowMs >= adoptAtMs) {
        adoptAtMs = nowMs + adoptEveryMs;
        backlog.adopt(nowMs);
      }
      if (nowMs >= beatAtMs) {
        beatAtMs = nowMs + heartbeatMs;
        backlog.keepAlive(nowMs);
      }
      const isBusy = work(nowMs, isUrgent);
      sync(nowMs);
      return isBusy || !backlog.isSynced;
    },
    async stop(nowMs) {
      await shipper.stop();
      backlog.discover(nowMs);
      await backlog.sync();
      backlog.save((epoch) => shipper.settledBelow(epoch));
      backlog.release();
      ledger.publish();
    },
  };
}

/** Ships chunks that another thread sends. */
export function createChunkEngine(
  options: EngineOptions,
  epoch: string,
): Engine & { add(chunk: Chunk, nowMs: number): void } {
  const ledger = new Ledger(options.shared);
  const backlog = new ChunkBacklog(epoch, ledger);
  const maxBytes = options.settings.maxMemoryBytes;
  const { shipper, work } = shipping(options, { backlog, ledger, maxBytes, whenTooLarge: "memory_full" });
  return {
    add: (chunk, nowMs) => backlog.add(chunk, nowMs),
    turn: work,
    async stop() {
      await shipper.stop();
      ledger.publish();
    },
  };
}

interface Shipping<S extends Segment> {
  readonly backlog: Backlog<S>;
  readonly ledger: Ledger;
  readonly maxBytes: number;
  readonly whenTooLarge: DropReason;
}

function shipping<S extends Segment>(
  { settings, shared, delivery, reporter, landed }: EngineOptions,
  { backlog, ledger, maxBytes, whenTooLarge }: Shipping<S>,
): { readonly shipper: Shipper<S>; readonly work: Engine["turn"] } {
  const wishRotation = (): void => shared.wishRotation();
  const shipper = new Shipper({ backlog, ledger, delivery, reporter, wishRotation, landed });
  const bounds = {
    maxBytes,
    maxAgeMs: settings.maxAgeMs,
    whenTooLarge: settings.whenFull === "drop_oldest" ? whenTooLarge : undefined,
  };
  return {
    shipper,
    work(nowMs, isUrgent) {
      const hasNews = backlog.discover(nowMs);
      enforceBounds(bounds, { backlog, ledger, reporter, wishRotation }, nowMs);
      shipper.pump(nowMs, isUrgent);
      return hasNews || !shipper.isQuiet(nowMs);
    },
  };
}
