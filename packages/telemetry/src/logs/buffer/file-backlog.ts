import { join } from "node:path";
import type { Reporter } from "../../reports/reporter.ts";
import type { Backlog } from "./backlog.ts";
import { Checkpoint, type Progress } from "./checkpoint.ts";
import { keepForInspection } from "./damaged.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { adoptHomes, type Home, type Processes, releaseHome } from "./homes.ts";
import type { Ledger } from "./ledger.ts";
import { recover, segmentsIn } from "./recovery.ts";
import { removeIfThere, sealSegment, syncIfThere } from "./seal.ts";
import { SegmentFile } from "./segment-file.ts";
import type { WorkerSide } from "./shared-counts.ts";

export interface FileBacklogOptions {
  readonly files: FileLayer;
  /** Where the homes are. */
  readonly directory: string;
  /** This process's own, to which its other thread appends. */
  readonly home: Home;
  readonly processes: Processes;
  readonly maxBytes: number;
  readonly shared: WorkerSide;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  /** Homes have been taken over. */
  readonly adopted: (homes: readonly Home[]) => void;
}

interface Kept {
  readonly home: Home;
  readonly checkpoint: Checkpoint;
  readonly before: Progress;
}

/** Segment files of this process and of those that died before it. One thread alone has it. */
export class FileBacklog implements Backlog {
  readonly #options: FileBacklogOptions;
  readonly #ledger: Ledger;
  readonly #homes = new Map<string, Kept>();
  readonly #own: Kept;
  #segments: SegmentFile[] = [];
  /** Homes that were taken over: a process that died had perhaps not synced them. */
  #unsynced: { readonly home: Home; readonly records: number }[] = [];
  /** Records that have been appended to the own home; those below `#syncedBelow` are safe. */
  #written: number;
  #syncedBelow: number;
  /** What has been appended and could not be looked at yet. */
  #taken = { records: 0, bytes: 0 };
  #rotations = 0;
  #isSyncing = false;
  #hasNewNames = true;

  constructor(options: FileBacklogOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
    this.#ledger.watch(() => this.#segments);
    this.#written = options.shared.before.seen;
    this.#syncedBelow = this.#written;
    this.#own = this.#keep(options.home);
  }

  /** Takes up the own home again, in place of a worker that has died. */
  resume(nowMs: number): void {
    const { files, home } = this.#options;
    const { settledBelow } = this.#own.before;
    for (const { name, first, count } of segmentsIn(files, home)) {
      if (count === undefined) continue;
      const path = join(home.path, name);
      const { size, changedMs } = files.status(path);
      const done = Math.min(count, Math.max(0, settledBelow - first));
      this.#segments.push(
        new SegmentFile(files, {
          ...{ epoch: home.epoch, path, first, count, isSealed: true, bytes: size, done },
          ...{ newestMs: changedMs, sinceMs: changedMs },
        }),
      );
    }
    this.#findSegments(this.#written, nowMs);
  }

  get segments(): readonly SegmentFile[] {
    return this.#segments;
  }

  discover(nowMs: number): boolean {
    const { shared, files } = this.#options;
    const { records, bytes } = shared.takeAppended();
    this.#taken.records += records;
    this.#taken.bytes += bytes;
    if (this.#taken.records === 0) return false;
    // Whatever fails from here on: counts and segments change together, or at the next look.
    const written = this.#written + this.#taken.records;
    if (shared.rotations() !== this.#rotations) this.#findSegments(written, nowMs);
    const live = this.#segments.findLast(({ epoch, isSealed }) => epoch === this.#own.home.epoch && !isSealed);
    if (live === undefined) return true;
    this.#written = written;
    live.count = written - live.first;
    this.#ledger.seen(this.#taken.records, this.#taken.bytes);
    this.#taken = { records: 0, bytes: 0 };
    try {
      const { size, changedMs } = files.status(live.path);
      live.bytes = size;
      live.newestMs = changedMs;
    } catch (error) {
      // Somebody has removed it: what is appended from now on has a new one.
      if (errorCode(error) !== "ENOENT") throw error;
      shared.wishRotation();
    }
    return true;
  }

  /** Takes over what dead processes have left, as far as there is room for it. */
  adopt(nowMs: number): void {
    const { files, directory, processes, maxBytes, reporter, adopted } = this.#options;
    let held = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    const failed = (path: string, error: unknown): void =>
      reporter.begin(`log-buffer-home-${path}`, "log records of an earlier process cannot be read", {
        "file.path": path,
        "error.message": String(error),
      });
    const homes = adoptHomes(files, directory, processes, {
      ...{ nowMs, failed },
      accepts: (bytes) => {
        if (held + bytes > maxBytes) return false;
        held += bytes;
        return true;
      },
    });
    if (homes.length > 0) adopted(homes);
    for (const home of homes) {
      try {
        this.load(home);
      } catch (error) {
        failed(home.path, error);
      }
    }
  }

  /** Takes up the segments of a home to which nobody appends. */
  load(home: Home): void {
    const kept = this.#keep(home);
    const { segments, torn } = recover(this.#options.files, home, kept.before);
    let records = torn;
    for (const found of segments) {
      const segment = new SegmentFile(this.#options.files, found);
      records += segment.count - segment.settled;
      this.#segments.push(segment);
    }
    this.#segments.sort((a, b) => (a.epoch === b.epoch ? a.first - b.first : a.epoch < b.epoch ? -1 : 1));
    this.#ledger.recovered(records);
    this.#unsynced.push({ home, records });
    if (torn > 0) this.#ledger.dropped("torn", torn);
    for (const segment of segments.length === 0 ? [] : this.#segments.filter(({ epoch }) => epoch === home.epoch))
      if (segment.settled === segment.count) this.finish(segment);
    if (segments.length === 0) this.#leave(kept);
  }

  finish(segment: SegmentFile): void {
    const { files, directory, reporter } = this.#options;
    segment.close();
    this.#segments = this.#segments.filter((each) => each !== segment);
    if (segment.isDamaged) keepForInspection(files, directory, segment, reporter);
    else removeIfThere(files, segment.path);
    const kept = this.#homes.get(segment.epoch);
    if (kept === undefined || kept === this.#own) return;
    if (!this.#segments.some(({ epoch }) => epoch === segment.epoch)) this.#leave(kept);
  }

  save(settledBelow: (epoch: string) => number | undefined): void {
    for (const { home, checkpoint, before } of this.#homes.values()) {
      const isOwn = home === this.#own.home;
      checkpoint.save({
        settledBelow: settledBelow(home.epoch) ?? (isOwn ? this.#written : before.settledBelow),
        writtenBelow: isOwn ? this.#written : before.writtenBelow,
      });
    }
  }

  async sync(): Promise<void> {
    const { files, home } = this.#options;
    const written = this.#written;
    if (this.#isSyncing || this.isSynced) return;
    this.#isSyncing = true;
    try {
      for (const taken of [...this.#unsynced]) {
        for (const segment of [...this.#segments])
          if (segment.epoch === taken.home.epoch) await syncIfThere(files, segment.path);
        if (this.#homes.has(taken.home.epoch)) await files.syncDirectory(taken.home.path);
        this.#unsynced = this.#unsynced.filter((each) => each !== taken);
        this.#ledger.synced(taken.records);
      }
      for (const segment of [...this.#segments])
        if (segment.epoch === home.epoch && segment.first + segment.count > this.#syncedBelow)
          await syncIfThere(files, segment.path);
      if (this.#hasNewNames) {
        await files.syncDirectory(home.path);
        this.#hasNewNames = false;
      }
      this.#ledger.synced(written - this.#syncedBelow);
      this.#syncedBelow = written;
    } finally {
      this.#isSyncing = false;
    }
  }

  /** Whether everything that has been seen is safe against power loss. */
  get isSynced(): boolean {
    return this.#written === this.#syncedBelow && this.#unsynced.length === 0;
  }

  keepAlive(nowMs: number): void {
    for (const { home } of this.#homes.values()) this.#options.files.touch(home.path, nowMs);
  }

  /** Gives everything away; nobody appends any more. */
  release(): void {
    const { files } = this.#options;
    for (const segment of this.#segments) {
      sealSegment(files, segment);
      segment.close();
    }
    for (const segment of this.#segments.filter(({ count, settled }) => count === settled)) this.finish(segment);
    for (const { home, checkpoint } of this.#homes.values()) {
      if (this.#segments.some(({ epoch }) => epoch === home.epoch)) checkpoint.close();
      else checkpoint.remove();
      releaseHome(files, home);
    }
    this.#homes.clear();
  }

  #keep(home: Home): Kept {
    const checkpoint = new Checkpoint(this.#options.files, home.path);
    const kept = { home, checkpoint, before: checkpoint.read() };
    this.#homes.set(home.epoch, kept);
    return kept;
  }

  #leave({ home, checkpoint }: Kept): void {
    this.#homes.delete(home.epoch);
    checkpoint.remove();
    releaseHome(this.#options.files, home);
  }

  /** A segment is sealed by the one that follows. */
  #findSegments(written: number, nowMs: number): void {
    const { files, home, shared } = this.#options;
    const rotations = shared.rotations();
    let live = this.#segments.findLast(({ epoch, isSealed }) => epoch === home.epoch && !isSealed);
    let isAllKnown = true;
    for (const { name, first, count } of segmentsIn(files, home)) {
      if (count !== undefined || (live !== undefined && first <= live.first)) continue;
      // Its records have not been counted yet.
      if (first > written) {
        isAllKnown = false;
        break;
      }
      if (live !== undefined) {
        live.count = first - live.first;
        sealSegment(files, live);
      }
      live = new SegmentFile(files, {
        epoch: home.epoch,
        path: join(home.path, name),
        first,
        count: 0,
        isSealed: false,
        bytes: 0,
        newestMs: nowMs,
        sinceMs: nowMs,
        done: Math.max(0, this.#own.before.settledBelow - first),
      });
      this.#segments.push(live);
      this.#hasNewNames = true;
    }
    if (isAllKnown) this.#rotations = rotations;
  }
}
