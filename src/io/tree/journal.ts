import { dirname, join } from "node:path";
import { type Files, folderAt, type KnownFolders, leavesFolder } from "./files.ts";

/** The folder for work in progress, below the output folder. */
export const workFolder = ".stackwright";
const stage = join(workFolder, "stage");
const journal = join(workFolder, "journal.json");

/** What one run changes: files and folders to move from the stage to their place, in order, and files to remove. */
export interface Changes {
  readonly moves: readonly string[];
  readonly removes: readonly string[];
}

/** What moves as one: a file, or a folder that is not there yet with all that comes into it. */
export interface Move {
  readonly path: string;
  readonly files: readonly StagedFile[];
}

export interface StagedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * 1. Everything is staged before the journal exists; without a journal the stage is worth nothing.
 * 2. The journal appears at once, by a rename; from then on the change is decided.
 * 3. Each move and removal can be repeated; the manifest is in the last move.
 * 4. The journal goes when all is done.
 */
export function commit(files: Files, root: string, moves: readonly Move[], removes: readonly string[]): void {
  const changes: Changes = { moves: moves.map(({ path }) => path), removes };
  try {
    files.removeTree(join(root, stage));
    files.makeFolder(join(root, stage));
    for (const [index, move] of moves.entries()) stageMove(files, stagedAt(root, index), move);
    files.writeFile(join(root, `${journal}.new`), JSON.stringify(changes), 0o644);
  } catch (error) {
    discard(files, root);
    throw error;
  }
  files.rename(join(root, `${journal}.new`), join(root, journal));
  for (const [index, { path }] of moves.entries()) move(files, stagedAt(root, index), join(root, path));
  tidy(files, root, changes);
}

/** Puts the files of a move at its place in the stage: the file itself, or a folder with its files. */
function stageMove(files: Files, at: string, { path, files: staged }: Move): void {
  const made = new Set<string>();
  for (const file of staged) {
    const place = `${at}${file.path.slice(path.length)}`;
    if (place !== at) makeAbove(files, at, dirname(place), made);
    files.writeFile(place, file.content, file.mode);
  }
}

/** Makes a folder and those above it down from `top`, each once: one whose parents are missing takes several attempts. */
function makeAbove(files: Files, top: string, folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  if (folder !== top) makeAbove(files, top, dirname(folder), made);
  files.makeFolder(folder);
  made.add(folder);
}

/** A folder that has come to be in the meantime takes what was staged for it, file by file. */
function move(files: Files, from: string, to: string): void {
  if (files.kindOf(from) === "folder" && files.kindOf(to) === "folder")
    for (const name of files.namesIn(from)) move(files, join(from, name), join(to, name));
  else files.rename(from, to);
}

/** The work folder holds something that no run of ours leaves; the message says what to do. */
export class DamagedTree extends Error {}

/**
 * 5. A journal comes with the folder, from a checkout as well as from us: it moves and removes nothing outside the
 *    folder, and follows no symbolic link.
 */
function checkChanges(files: Files, root: string, { moves, removes }: Changes): void {
  const folders: KnownFolders = new Map();
  for (const path of [...moves, ...removes])
    if (leavesFolder(path) || typeof folderAt(files, root, dirname(path), folders) === "object")
      throw damaged(root, `names ${JSON.stringify(path)}, which is not in the folder`);
  if (files.kindOf(join(root, stage)) === "link")
    throw damaged(root, `stands beside a ${stage} that is a symbolic link`);
}

function damaged(root: string, what: string): DamagedTree {
  return new DamagedTree(`${join(root, journal)} ${what}; remove ${join(root, workFolder)} and run it again`);
}

/** Finishes what an earlier run began, or clears away what it only prepared. True where something was finished. */
export function finish(files: Files, root: string): boolean {
  const text = files.readFile(join(root, journal));
  if (text === undefined) {
    if (files.kindOf(join(root, workFolder)) !== undefined) discard(files, root);
    return false;
  }
  const changes = parse(text, root);
  checkChanges(files, root, changes);
  for (const [index, path] of changes.moves.entries()) {
    if (files.kindOf(stagedAt(root, index)) === undefined) continue;
    files.makeFolder(dirname(join(root, path)));
    move(files, stagedAt(root, index), join(root, path));
  }
  tidy(files, root, changes);
  return true;
}

/** What is left when every file is at its place. */
function tidy(files: Files, root: string, { removes }: Changes): void {
  for (const path of removes) {
    files.unlink(join(root, path));
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) files.removeEmpty(join(root, folder));
  }
  files.removeTree(join(root, stage));
  files.unlink(join(root, journal));
}

/** What moves is named in the stage by its place among the moves. */
function stagedAt(root: string, index: number): string {
  return join(root, stage, String(index));
}

/** Whether a run was cut off after it had decided. */
export function isUnfinished(files: Files, root: string): boolean {
  return files.kindOf(join(root, journal)) !== undefined;
}

function discard(files: Files, root: string): void {
  try {
    files.removeTree(join(root, stage));
    files.unlink(join(root, `${journal}.new`));
  } catch {
    // A folder that cannot be written now cannot be tidied either; the next run does.
  }
}

function parse(text: Uint8Array, root: string): Changes {
  const value = jsonOf(text);
  const list = (key: string): readonly string[] => {
    const items: unknown =
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
    if (!Array.isArray(items) || !items.every((item): item is string => typeof item === "string"))
      throw damaged(root, `is damaged: it has no list of ${key}`);
    return items;
  };
  return { moves: list("moves"), removes: list("removes") };
}

function jsonOf(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}
