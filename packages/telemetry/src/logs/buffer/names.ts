import { randomBytes } from "node:crypto";

/**
 * Identity of what one process appends; `_id`s are made of it, so that it must never come twice: a process that takes over
 * files of another goes on under an epoch of its own. Epochs sort by time.
 */
export function newEpoch(nowMs: number): string {
  return `${Math.max(0, Math.floor(nowMs)).toString(36).padStart(9, "0")}${randomBytes(5).toString("hex")}`;
}

/** Where a segment's records stand: the first one's sequence and, once nothing is appended any more, how many. */
export interface SegmentName {
  readonly first: number;
  readonly count: number | undefined;
}

const width = 14;

/** `00000000000000.seg` while it grows, `00000000000000-512.seg` afterwards. */
export function segmentFile({ first, count }: SegmentName): string {
  return `${String(first).padStart(width, "0")}${count === undefined ? "" : `-${count}`}.seg`;
}

/** Undefined where the name is of another file. */
export function parseSegmentFile(name: string): SegmentName | undefined {
  const [, first, count] = /^(\d{14})(?:-(\d{1,8}))?\.seg$/.exec(name) ?? [];
  if (first === undefined) return undefined;
  return { first: Number(first), count: count === undefined ? undefined : Number(count) };
}
