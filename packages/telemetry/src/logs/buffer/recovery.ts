import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Progress } from "./checkpoint.ts";
import type { FileLayer } from "./file-layer.ts";
import { placeOf } from "./frame.ts";
import type { Home } from "./homes.ts";
import { parseSegmentFile, type SegmentName } from "./names.ts";
import type { FoundSegment } from "./segment-file.ts";

/** What an earlier process has left in a home. */
export interface Recovered {
  readonly segments: readonly FoundSegment[];
  /** Lines that its last write did not finish. */
  readonly torn: number;
}

/** Looks through a home to which nobody appends. Throws errors of the file system. */
export function recover(files: FileLayer, home: Home, progress: Progress): Recovered {
  const names = segmentsIn(files, home);
  const segments: FoundSegment[] = [];
  let torn = 0;
  for (const [at, { name, first, count }] of names.entries()) {
    const path = join(home.path, name);
    const { size, changedMs } = files.status(path);
    const following = names[at + 1];
    let records = count ?? (following === undefined ? undefined : following.first - first);
    if (records === undefined) {
      const scanned = scan(files, path, size);
      // What was written once and is not there any more has been lost, and not only torn.
      const missing = Math.max(0, progress.writtenBelow - first - scanned.records);
      records = scanned.records + missing;
      if (scanned.isTorn && missing === 0) torn++;
    }
    const done = Math.min(records, Math.max(0, progress.settledBelow - first));
    segments.push({
      epoch: home.epoch,
      path,
      first,
      count: records,
      isSealed: true,
      bytes: size,
      newestMs: changedMs,
      sinceMs: changedMs,
      done,
    });
  }
  return { segments, torn };
}

/** Segments of a home in their order. */
export function segmentsIn(files: FileLayer, home: Home): readonly (SegmentName & { readonly name: string })[] {
  return files
    .list(home.path)
    .flatMap((name) => {
      const parsed = parseSegmentFile(name);
      return parsed === undefined ? [] : [{ name, ...parsed }];
    })
    .toSorted((a, b) => a.first - b.first);
}

/**
 * Counts the records of a segment that was never closed. Altered lines after the last good one count one each: where the
 * newline between two of them was altered, nothing tells that there were two.
 */
function scan(files: FileLayer, path: string, size: number): { readonly records: number; readonly isTorn: boolean } {
  const bytes = Buffer.allocUnsafeSlow(size);
  const file = files.openForRead(path);
  let length = 0;
  try {
    for (;;) {
      const read = files.read(file, bytes.subarray(length), length);
      if (read === 0) break;
      length += read;
    }
  } finally {
    files.close(file);
  }
  let records = 0;
  let at = 0;
  for (;;) {
    const end = bytes.subarray(0, length).indexOf(10, at);
    if (end === -1) break;
    const place = placeOf(bytes, at, end);
    records = place === -1 ? records + 1 : place + 1;
    at = end + 1;
  }
  return { records, isTorn: at < length };
}
