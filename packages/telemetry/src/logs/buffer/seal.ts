import { join } from "node:path";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { segmentFile } from "./names.ts";
import type { SegmentFile } from "./segment-file.ts";

/** Nothing is appended to a segment any more: its name says from now on how many records it has. */
export function sealSegment(files: FileLayer, segment: SegmentFile): void {
  if (segment.isSealed) return;
  segment.isSealed = true;
  try {
    const { size, changedMs } = files.status(segment.path);
    segment.bytes = size;
    segment.newestMs = changedMs;
    const path = join(segment.path, "..", segmentFile(segment));
    files.rename(segment.path, path);
    segment.path = path;
  } catch {
    // The next segment's name tells the number of its records as well.
  }
}

/** What others have removed is gone as well. */
export function removeIfThere(files: FileLayer, path: string): void {
  try {
    files.remove(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** Makes a file safe against power loss, if it is still there. */
export async function syncIfThere(files: FileLayer, path: string): Promise<void> {
  let file: number;
  try {
    file = files.openForRead(path);
  } catch (error) {
    // Settled meanwhile.
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  try {
    await files.sync(file);
  } finally {
    files.close(file);
  }
}
