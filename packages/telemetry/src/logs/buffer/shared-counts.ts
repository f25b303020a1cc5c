import { type DropReason, type Drops, dropReasons, noDrops } from "./drop-reason.ts";

/**
 * What the application's thread and the worker tell each other without a message.
 *
 * 1. Each cell has one writer, `asleep` excepted.
 * 2. The worker's counts are replaced as a whole: they are read only while the version is even and has not changed, so that
 *    the equation that holds for them when they are written holds whenever they are read.
 * 3. The worker's counts speak of the first `seen` records that the application has appended; the later ones are buffered.
 */
/** Bytes are told in that unit, so that they do not wrap around before a hundred GiB. */
const byteUnit = 64;

export function shareCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(countsAt + 8 * (plain.length + dropReasons.length));
}

/** Counts that the worker keeps. Invariant: `recovered + seen = delivered + deadLettered + sum(dropped) + held`. */
export interface WorkerCounts {
  /** Records of earlier processes. */
  recovered: number;
  /** Records of this process that the worker knows of. */
  seen: number;
  /** Their bytes. */
  seenBytes: number;
  /** Records that wait, counted where they wait. */
  held: number;
  /** What the files take, of earlier processes too, as far as the worker knows them. */
  heldBytes: number;
  delivered: number;
  redirected: number;
  deadLettered: number;
  /** Records that are safe against power loss. */
  synced: number;
  readonly dropped: Drops;
}

export function noCounts(): WorkerCounts {
  return {
    recovered: 0,
    seen: 0,
    seenBytes: 0,
    held: 0,
    heldBytes: 0,
    delivered: 0,
    redirected: 0,
    deadLettered: 0,
    synced: 0,
    dropped: noDrops(),
  };
}

const cell = { version: 0, appended: 1, appendedBytes: 2, rotations: 3, asleep: 4, wantsRotation: 5, freed: 6 };
const countsAt = 64;
const plain = [
  "recovered",
  "seen",
  "seenBytes",
  "held",
  "heldBytes",
  "delivered",
  "redirected",
  "deadLettered",
  "synced",
] as const satisfies readonly (keyof WorkerCounts)[];

/** The application's side. */
export class ApplicationSide {
  readonly #cells: Int32Array;
  readonly #counts: Float64Array;
  #last = noCounts();
  #records = 0;
  #bytes = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory, 0, countsAt / 4);
    this.#counts = new Float64Array(memory, countsAt);
  }

  /** Records that were appended. */
  get records(): number {
    return this.#records;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is taken on disk or in memory now, in bytes. */
  usedBytes(): number {
    const { heldBytes, seenBytes } = this.read();
    return heldBytes + this.#bytes - seenBytes;
  }

  /** Says that one more record can be read. True: the worker sleeps and has to be woken. */
  appended(bytes: number): boolean {
    this.#records++;
    this.#bytes += bytes;
    Atomics.store(this.#cells, cell.appendedBytes, unitsOf(this.#bytes));
    Atomics.store(this.#cells, cell.appended, this.#records | 0);
    return Atomics.load(this.#cells, cell.asleep) === 1 && Atomics.exchange(this.#cells, cell.asleep, 0) === 1;
  }

  /** Says that there is one more segment; before anything in it is `appended`. */
  rotated(): void {
    Atomics.add(this.#cells, cell.rotations, 1);
  }

  /** Whether the worker wants a new segment, once. */
  takeRotationWish(): boolean {
    return (
      Atomics.load(this.#cells, cell.wantsRotation) === 1 && Atomics.exchange(this.#cells, cell.wantsRotation, 0) === 1
    );
  }

  /** Waits until the worker has freed something, at most `timeoutMs`; false at the timeout. */
  waitForRoom(timeoutMs: number): boolean {
    const before = Atomics.load(this.#cells, cell.freed);
    return Atomics.wait(this.#cells, cell.freed, before, timeoutMs) !== "timed-out";
  }

  /** The worker's counts of one moment. */
  read(): WorkerCounts {
    for (let tries = 0; tries < 1000; tries++) {
      const version = Atomics.load(this.#cells, cell.version);
      if (version % 2 !== 0) continue;
      const values = this.#counts.slice();
      if (Atomics.load(this.#cells, cell.version) !== version) continue;
      this.#last = unpack(values);
      break;
    }
    // A worker that died while it wrote leaves no whole counts: the last ones are as true as they ever were.
    return this.#last;
  }
}

/** The worker's side. */
export class WorkerSide {
  readonly #cells: Int32Array;
  readonly #counts: Float64Array;
  #appended = 0;
  #appendedUnits = 0;

  /** What a worker has left that died; zeros for the first one. */
  readonly before: Readonly<WorkerCounts>;

  constructor(memory: SharedArrayBuffer, before: WorkerCounts = noCounts()) {
    this.#cells = new Int32Array(memory, 0, countsAt / 4);
    this.#counts = new Float64Array(memory, countsAt);
    this.before = before;
    if (Atomics.load(this.#cells, cell.version) % 2 !== 0) Atomics.add(this.#cells, cell.version, 1);
    this.#appended = this.before.seen | 0;
    this.#appendedUnits = unitsOf(this.before.seenBytes);
  }

  /** How much has been appended since the last call. The cells wrap around, so call it before two thousand million. */
  takeAppended(): { readonly records: number; readonly bytes: number } {
    const appended = Atomics.load(this.#cells, cell.appended);
    const units = Atomics.load(this.#cells, cell.appendedBytes);
    const records = (appended - this.#appended) | 0;
    const bytes = ((units - this.#appendedUnits) | 0) * byteUnit;
    this.#appended = appended;
    this.#appendedUnits = units;
    return { records, bytes };
  }

  rotations(): number {
    return Atomics.load(this.#cells, cell.rotations);
  }

  wishRotation(): void {
    Atomics.store(this.#cells, cell.wantsRotation, 1);
  }

  /** Goes to sleep; false where something has been appended meanwhile. */
  sleep(): boolean {
    Atomics.store(this.#cells, cell.asleep, 1);
    if (Atomics.load(this.#cells, cell.appended) === this.#appended) return true;
    Atomics.store(this.#cells, cell.asleep, 0);
    return false;
  }

  wake(): void {
    Atomics.store(this.#cells, cell.asleep, 0);
  }

  /** Lets a thread that waits for room look again. */
  freed(): void {
    Atomics.add(this.#cells, cell.freed, 1);
    Atomics.notify(this.#cells, cell.freed);
  }

  publish(counts: WorkerCounts): void {
    Atomics.add(this.#cells, cell.version, 1);
    for (const [at, name] of plain.entries()) this.#counts[at] = counts[name];
    for (const [at, reason] of dropReasons.entries()) this.#counts[plain.length + at] = counts.dropped[reason];
    Atomics.add(this.#cells, cell.version, 1);
  }
}

function unitsOf(bytes: number): number {
  return Math.floor(bytes / byteUnit) | 0;
}

function unpack(values: Float64Array): WorkerCounts {
  const counts = noCounts();
  for (const [at, name] of plain.entries()) counts[name] = values[at] ?? 0;
  for (const [at, reason] of dropReasons.entries()) setDrop(counts.dropped, reason, values[plain.length + at] ?? 0);
  return counts;
}

function setDrop(drops: Drops, reason: DropReason, value: number): void {
  drops[reason] = value;
}
