import type { Segment } from "./segment.ts";

/** What waits to be sent, in segments from the oldest to the newest. */
export interface Backlog<S extends Segment = Segment> {
  readonly segments: readonly S[];
  /** Learns what has been appended since the last call; false where it is nothing. */
  discover(nowMs: number): boolean;
  /** Takes a segment away; nothing of it is on its way. */
  finish(segment: S): void;
  /**
   * Remembers how far each epoch has got, given the sequence below which everything of it is settled; undefined where
   * nothing of it waits.
   */
  save(settledBelow: (epoch: string) => number | undefined): void;
}
