/**
 * Records on their way from the buffer to the store. Lines lie one after the other in `bytes`, so that no object per
 * record is needed: record i is `bytes.subarray(starts[i], ends[i])`, JSON without its newline.
 */
export interface LogBatch {
  /** Identity of the buffer: with the sequence it makes the deterministic `_id`. */
  readonly buffer: string;
  /** Sequence numbers, ascending, not always without gaps. */
  readonly sequences: Float64Array;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** `_id` of a record: the same after a crash and a second try. */
export function recordId(buffer: string, sequence: number): string {
  return `${buffer}-${sequence.toString(36)}`;
}

/**
 * What became of one record: taken by the store; taken into its failure store; refused for good and written to the
 * dead-letter file; refused for good while that file was full or could not be written, so that it is dropped.
 */
export type Settled = "delivered" | "redirected" | "dead" | "unkept";

/** Sends batches to one store; the buffer's worker owns it. */
export interface Delivery {
  /**
   * Sends a batch, tries again by itself for as long as it takes, and calls `settle` once for each record (by its place
   * in the batch) as soon as its fate is known; a dead one has by then been written to the dead-letter file. Resolves
   * when all are settled, or when `signal` aborts: what has not been settled then is still the buffer's.
   */
  send(batch: LogBatch, settle: (index: number, fate: Settled) => void, signal: AbortSignal): Promise<void>;
  /** Releases sockets. */
  close(): Promise<void>;
}
