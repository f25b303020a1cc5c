import type { LogBatch } from "../batch.ts";

/** A part of the backlog that is read, settled and thrown away as a whole. */
export interface Segment {
  readonly epoch: string;
  /** Sequence of its first record. */
  readonly first: number;
  /** Records that it holds as far as is known; grows until it is sealed. */
  readonly count: number;
  /** Whether nothing is appended any more. */
  readonly isSealed: boolean;
  /** What it takes on disk or in memory. */
  readonly bytes: number;
  /** Time of its last record, or as soon before it as is known. */
  readonly newestMs: number;
  /** When it was found; its first record is hardly older. */
  readonly sinceMs: number;
  /** What of it has not been read, in bytes, at least 1. */
  readonly unreadBytes: number;
  /** Place of the next record to be read. */
  readonly next: number;
  /** Records of it that have been settled, in whatever way. */
  settled: number;
  /** Batches of it that are on their way. */
  inFlight: number;
  /** Not to be read before that moment. */
  retryAtMs: number;
  /** Times that reading failed in a row. */
  failures: number;
  /** Reads on into `memory`, which stays in use until the batch is settled. Throws errors of the file system. */
  read(memory: Uint8Array): Part;
  /** Gives up what has not been read: the number of these records. */
  skipRest(): number;
}

/** What was read: perhaps nothing more at present, and perhaps after a gap of `lost` records that cannot be read. */
export interface Part {
  readonly batch: LogBatch | undefined;
  readonly lost: number;
}

/** Whether a segment can go. */
export function isFinished(segment: Segment): boolean {
  return segment.isSealed && segment.inFlight === 0 && segment.settled === segment.count;
}
