import { join } from "node:path";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { type Life, lifeOf, type Owner, ownerName, parseOwner, thisOwner } from "./owner.ts";

/** A folder with the segments of one epoch. Its name ends with who owns it, so that one rename takes it over. */
export interface Home {
  readonly epoch: string;
  readonly path: string;
}

/** Who is who, so that a test can let processes die. */
export interface Processes {
  readonly self: Owner;
  lifeOf(owner: Owner): Life;
}

export const realProcesses = (): Processes => {
  const self = thisOwner();
  return { self, lifeOf: (owner) => lifeOf(owner, self) };
};

export interface Adoption {
  readonly nowMs: number;
  /** Whether there is room for that many bytes. */
  readonly accepts: (bytes: number) => boolean;
  /** A folder is left by nobody who lives, and cannot be taken over. */
  readonly failed: (path: string, error: unknown) => void;
}

/** An owner that cannot be seen (another container) says by `keepAlive` that it lives; silent for longer, it is dead. */
export const heartbeatMs = 15_000;
const silenceMs = 90_000;

const free = "free";

/** A new folder of this process. */
export function claimHome(files: FileLayer, directory: string, epoch: string, { self }: Processes): Home {
  const path = join(directory, `${epoch}.${ownerName(self)}`);
  files.makeDirectory(path);
  return { epoch, path };
}

/**
 * Takes over what dead processes have left, oldest first. Of several processes
 * that try at once the one whose rename comes first has it.
 */
export function adoptHomes(
  files: FileLayer,
  directory: string,
  { self, lifeOf: askLife }: Processes,
  { nowMs, accepts, failed }: Adoption,
): readonly Home[] {
  const adopted: Home[] = [];
  for (const name of files.list(directory).toSorted()) {
    const [, epoch, owner] = /^([0-9a-z]{19})\.(.+)$/.exec(name) ?? [];
    if (epoch === undefined || owner === undefined) continue;
    const from = join(directory, name);
    const path = join(directory, `${epoch}.${ownerName(self)}`);
    try {
      if (from === path || !isLeft(files, from, owner, askLife, nowMs) || !accepts(sizeOf(files, from))) continue;
      files.rename(from, path);
    } catch (error) {
      // Another process was faster, if it is gone; one that may not be touched must not keep the others back.
      if (errorCode(error) === "") throw error;
      if (errorCode(error) !== "ENOENT") failed(from, error);
      continue;
    }
    adopted.push({ epoch, path });
  }
  return adopted;
}

/** Gives a folder away: removed where nothing is in it, otherwise for whoever starts next. */
export function releaseHome(files: FileLayer, { epoch, path }: Home): void {
  try {
    files.removeDirectory(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    files.rename(path, join(path, "..", `${epoch}.${free}`));
  }
}

function isLeft(files: FileLayer, path: string, name: string, askLife: Processes["lifeOf"], nowMs: number): boolean {
  if (name === free) return true;
  const owner = parseOwner(name);
  if (owner === undefined) return false;
  const life = askLife(owner);
  // A clock that was set back is no sign of life.
  return life === "dead" || (life === "unknown" && Math.abs(nowMs - files.status(path).changedMs) > silenceMs);
}

function sizeOf(files: FileLayer, path: string): number {
  return files.list(path).reduce((sum, name) => sum + files.status(join(path, name)).size, 0);
}
