import { dirname, join } from "node:path";
import type { Files } from "./files.ts";

/** The folder for work in progress, below the output folder. */
export const workFolder = ".stackwright";
const stage = join(workFolder, "stage");
const journal = join(workFolder, "journal.json");

/** What one run changes: files to move from the stage to their place, in order, and files to remove. */
export interface Changes {
  readonly moves: readonly string[];
  readonly removes: readonly string[];
}

/**
 * 1. Everything is staged before the journal exists; without a journal the stage is worth nothing.
 * 2. The journal appears at once, by a rename; from then on the change is decided.
 * 3. Each move and removal can be repeated; the manifest is the last move.
 * 4. The journal goes when all is done.
 */
export function commit(files: Files, root: string, staged: readonly StagedFile[], removes: readonly string[]): void {
  const stageFolder = join(root, stage);
  const changes: Changes = { moves: staged.map((file) => file.path), removes };
  try {
    files.removeTree(stageFolder);
    files.makeFolder(stageFolder);
    for (const folder of foldersOf(staged)) files.makeFolder(join(root, folder));
    for (const [index, file] of staged.entries()) files.writeFile(stagedAt(root, index), file.content, file.mode);
    files.writeFile(join(root, `${journal}.new`), JSON.stringify(changes), 0o644);
  } catch (error) {
    discard(files, root);
    throw error;
  }
  files.rename(join(root, `${journal}.new`), join(root, journal));
  // Whoever has just staged the files knows that they are there, and their folders.
  for (const [index, path] of changes.moves.entries()) files.rename(stagedAt(root, index), join(root, path));
  tidy(files, root, changes);
}

/** Folders of files, each after the one above it: to make a folder whose parents are missing takes several attempts. */
function foldersOf(staged: readonly StagedFile[]): ReadonlySet<string> {
  const folders = new Set<string>();
  const add = (folder: string): void => {
    if (folder === "." || folders.has(folder)) return;
    add(dirname(folder));
    folders.add(folder);
  };
  for (const { path } of staged) add(dirname(path));
  return folders;
}

export interface StagedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Finishes what an earlier run began, or clears away what it only prepared. True where something was finished. */
export function finish(files: Files, root: string): boolean {
  const text = files.readFile(join(root, journal));
  if (text === undefined) {
    if (files.kindOf(join(root, workFolder)) !== undefined) discard(files, root);
    return false;
  }
  const changes = parse(text);
  for (const [index, path] of changes.moves.entries()) {
    if (files.kindOf(stagedAt(root, index)) === undefined) continue;
    files.makeFolder(dirname(join(root, path)));
    files.rename(stagedAt(root, index), join(root, path));
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

/** The stage is flat, and a file in it is named by its place among the moves: a folder costs as much as a file. */
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

function parse(text: Uint8Array): Changes {
  const value: unknown = JSON.parse(new TextDecoder().decode(text));
  const list = (key: string): readonly string[] => {
    const items: unknown =
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
    if (!Array.isArray(items) || !items.every((item): item is string => typeof item === "string"))
      throw new Error(`${journal} is damaged: it has no list of ${key}`);
    return items;
  };
  return { moves: list("moves"), removes: list("removes") };
}
