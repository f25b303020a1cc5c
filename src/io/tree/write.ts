import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "../../artifact/artifact.ts";
import { type Manifest, manifestPath, printManifest, sha256 } from "../../artifact/manifest.ts";
import { type Files, type KnownFolders, realFiles, spotAt } from "./files.ts";
import { commit, DamagedTree, finish, isUnfinished, type Move, type StagedFile, workFolder } from "./journal.ts";
import { type KnownManifest, readManifest } from "./known-manifest.ts";
import { lockTree } from "./lock.ts";

/** How a tree on disk differs from the one that is wanted. Paths are relative to the folder, sorted. */
export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Files that were edited by hand, or are not ours: they are kept unless forced. */
  readonly kept: readonly string[];
  /** Paths that must not be written, with the reason. */
  readonly refused: readonly string[];
  /** The folder belongs to another platform or environment. */
  readonly foreign: { readonly platform: string; readonly environment: string } | undefined;
  /** An earlier run was cut off and has to be finished first. */
  readonly unfinished: boolean;
}

/** The result of writing: what was done, or what kept it from being done. */
export type Written =
  | { readonly ok: true; readonly difference: Difference; readonly finishedEarlierRun: boolean }
  | { readonly ok: false; readonly reason: "locked"; readonly holder: string }
  | { readonly ok: false; readonly reason: "refused"; readonly difference: Difference };

/** True where the disk holds exactly what is wanted. */
export function isSame(difference: Difference): boolean {
  const { added, changed, removed, kept, refused, foreign, unfinished } = difference;
  return (
    added.length + changed.length + removed.length + kept.length + refused.length === 0 &&
    foreign === undefined &&
    !unfinished
  );
}

/** Whether an earlier run on the folder was cut off after it had decided what to change. */
export function isUnfinishedTree(root: string): boolean {
  return isUnfinished(realFiles, root);
}

/** Compares without writing anything. */
export function compareTree(
  root: string,
  artifacts: readonly Artifact[],
  manifest: Manifest,
  files: Files = realFiles,
): Difference {
  return planChanges(files, root, artifacts, manifest, false).difference;
}

/**
 * Makes the folder hold the artifacts and their manifest: the tree is the old one or the new one, also after a kill.
 * Files edited by hand are kept unless `force`. Throws what the file system throws; then nothing has changed.
 */
export async function writeTree(
  root: string,
  artifacts: readonly Artifact[],
  manifest: Manifest,
  options: { readonly force: boolean; readonly waitMs: number; readonly files?: Files },
): Promise<Written> {
  const files = options.files ?? realFiles;
  if (files.kindOf(join(root, workFolder)) === "link")
    throw new DamagedTree(`${join(root, workFolder)} is a symbolic link; remove it`);
  makeWorkFolder(root);
  const lock = await lockTree(root, options.waitMs);
  if (typeof lock === "string") return { ok: false, reason: "locked", holder: lock };
  try {
    const finishedEarlierRun = finish(files, root);
    const { difference, moves, removes } = planChanges(files, root, artifacts, manifest, options.force);
    if (difference.refused.length > 0 || difference.foreign !== undefined)
      return { ok: false, reason: "refused", difference };
    if (moves.length + removes.length > 0) commit(files, root, moves, removes);
    return { ok: true, difference, finishedEarlierRun };
  } finally {
    lock.release();
  }
}

/** Step by step, because a recursive mkdir on a read-only disk reports a missing folder instead. */
function makeWorkFolder(root: string): void {
  if (!existsSync(root)) mkdirSync(root, { recursive: true });
  if (!existsSync(join(root, workFolder))) mkdirSync(join(root, workFolder));
}

interface Planned {
  readonly difference: Difference;
  readonly moves: readonly Move[];
  readonly removes: readonly string[];
}

function planChanges(
  files: Files,
  root: string,
  artifacts: readonly Artifact[],
  manifest: Manifest,
  force: boolean,
): Planned {
  const known = readManifest(files.readFile(join(root, manifestPath)));
  const wanted = new Map(manifest.artifacts.map(({ path, sha256: digest }) => [path, digest]));
  const folders: KnownFolders = new Map();
  const refused: string[] = [];
  const sorted: Record<"added" | "changed" | "kept", string[]> = { added: [], changed: [], kept: [] };
  const staged: StagedFile[] = [];
  for (const artifact of artifacts) {
    const spot = spotAt(files, root, artifact.path, folders);
    if (typeof spot === "object") {
      refused.push(spot.obstacle);
      continue;
    }
    // A file that is not there is not opened: the error alone would cost more than to write it.
    const disk = spot === "free" ? undefined : files.readFile(join(root, artifact.path));
    const state = disk === undefined ? "added" : stateOf(sha256(disk), artifact.path, { wanted, known, force });
    if (state === "same") continue;
    sorted[state].push(artifact.path);
    if (state !== "kept") staged.push({ path: artifact.path, content: artifact.content, mode: artifact.mode });
  }
  const gone = leftovers(files, root, wanted, known, { force, folders });
  const text = printManifest(manifest);
  const before = files.readFile(join(root, manifestPath));
  const manifestSpot = spotAt(files, root, manifestPath, folders);
  if (typeof manifestSpot === "object") refused.push(manifestSpot.obstacle);
  else if (before === undefined || new TextDecoder().decode(before) !== text) {
    sorted[before === undefined ? "added" : "changed"].push(manifestPath);
    staged.push({ path: manifestPath, content: text, mode: 0o644 });
  }
  const foreign =
    known !== undefined &&
    !force &&
    (known.platform !== manifest.platform || known.environment !== manifest.environment);
  return {
    difference: {
      added: sorted.added.sort(),
      changed: sorted.changed.sort(),
      removed: gone.removed,
      kept: [...sorted.kept, ...gone.kept].sort(),
      refused: refused.sort(),
      foreign: foreign ? { platform: known.platform, environment: known.environment } : undefined,
      unfinished: isUnfinished(files, root),
    },
    moves: movesOf(staged, folders),
    removes: gone.removed,
  };
}

/**
 * What moves as one: all that comes into a folder which is not there yet, or a single file. The manifest, which is the
 * last of the files, is in the last move.
 */
function movesOf(staged: readonly StagedFile[], folders: KnownFolders): readonly Move[] {
  const byPath = new Map<string, StagedFile[]>();
  for (const file of staged) {
    const path = absentFolder(file.path, folders) ?? file.path;
    const together = byPath.get(path);
    if (together === undefined) byPath.set(path, [file]);
    else together.push(file);
  }
  const moves = [...byPath].map(([path, files]) => ({ path, files }));
  const holdsManifest = ({ files }: Move): boolean => files.at(-1)?.path === manifestPath;
  return [...moves.filter((move) => !holdsManifest(move)), ...moves.filter(holdsManifest)];
}

/** The outermost folder of a path that is not there. */
function absentFolder(path: string, folders: KnownFolders): string | undefined {
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const folder = path.slice(0, at);
    if (folders.get(folder) === "absent") return folder;
  }
  return undefined;
}

/** What becomes of a file that is there, by its digest. */
function stateOf(
  found: string,
  path: string,
  {
    wanted,
    known,
    force,
  }: {
    readonly wanted: ReadonlyMap<string, string>;
    readonly known: KnownManifest | undefined;
    readonly force: boolean;
  },
): "same" | "changed" | "kept" {
  if (found === wanted.get(path)) return "same";
  return force || known?.checksums.get(path) === found ? "changed" : "kept";
}

/** Files that the old manifest lists and the new one does not: removed where they are as we left them. */
function leftovers(
  files: Files,
  root: string,
  wanted: ReadonlyMap<string, string>,
  known: KnownManifest | undefined,
  { force, folders }: { readonly force: boolean; readonly folders: KnownFolders },
): { readonly removed: readonly string[]; readonly kept: readonly string[] } {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const [path, checksum] of known?.checksums ?? []) {
    if (wanted.has(path) || path === manifestPath || spotAt(files, root, path, folders) !== "file") continue;
    const disk = files.readFile(join(root, path));
    if (disk === undefined) continue;
    (force || sha256(disk) === checksum ? removed : kept).push(path);
  }
  return { removed: removed.sort(), kept };
}
