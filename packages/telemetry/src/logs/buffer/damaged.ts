import { basename, join } from "node:path";
import type { Reporter } from "../../reports/reporter.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import type { SegmentFile } from "./segment-file.ts";

/** Files that are kept at most; the oldest one goes first. */
const keptFiles = 4;

/** Moves a segment of which something could not be read to the folder `corrupt`, and says so. */
export function keepForInspection(files: FileLayer, directory: string, segment: SegmentFile, reporter: Reporter): void {
  const folder = join(directory, "corrupt");
  const path = join(folder, `${segment.epoch}-${basename(segment.path)}`);
  const fields = {
    "file.path": path,
    fix: "see what else the disk has damaged; delete the file when it is of no more use",
  };
  try {
    files.makeDirectory(folder);
    files.rename(segment.path, path);
    for (const name of files.list(folder).toSorted().slice(0, -keptFiles)) files.remove(join(folder, name));
  } catch (error) {
    // It is gone, which is worth the same report.
    if (errorCode(error) === "") throw error;
  }
  reporter.begin("log-buffer-corrupt", "log records on disk were damaged and skipped; the file is kept", fields);
}
