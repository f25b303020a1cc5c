/** Sampled spans since the start of the process; `ended = exported + sum(dropped) + queued` at any moment. */
export interface SpanCounts {
  readonly ended: number;
  readonly exported: number;
  /** By reason; every reason that can occur is there from the start with 0. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
}
