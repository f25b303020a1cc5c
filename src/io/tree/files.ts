import * as fs from "node:fs";
import { dirname, join } from "node:path";

/** What the writer does to the file system; tests put in one that fails at a chosen moment. */
export interface Files {
  readonly readFile: (path: string) => Uint8Array | undefined;
  readonly writeFile: (path: string, content: string, mode: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly unlink: (path: string) => void;
  readonly makeFolder: (path: string) => void;
  /** Names of what is in a folder. */
  readonly namesIn: (path: string) => readonly string[];
  readonly removeTree: (path: string) => void;
  /** Removes a folder if it is empty. */
  readonly removeEmpty: (path: string) => void;
  /** `link` for a symbolic link, `other` for what is neither file nor folder, undefined where nothing is. */
  readonly kindOf: (path: string) => "file" | "folder" | "link" | "other" | undefined;
}

function absentAs<T>(absent: T, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return absent;
    throw error;
  }
}

/** The real file system. */
export const realFiles: Files = {
  readFile: (path) => absentAs<Uint8Array | undefined>(undefined, () => fs.readFileSync(path)),
  // With its encoding named, Node writes a text in one call, without a buffer of its own.
  writeFile: (path, content, mode) => fs.writeFileSync(path, content, { encoding: "utf8", mode, flag: "w" }),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => absentAs(undefined, () => fs.unlinkSync(path)),
  makeFolder: (path) => void fs.mkdirSync(path, { recursive: true }),
  namesIn: (path) => fs.readdirSync(path),
  removeTree: (path) => fs.rmSync(path, { recursive: true, force: true }),
  removeEmpty: (path) => {
    try {
      fs.rmdirSync(path);
    } catch (error) {
      if (error instanceof Error && "code" in error && ["ENOTEMPTY", "EEXIST", "ENOENT"].includes(String(error.code)))
        return;
      throw error;
    }
  },
  kindOf: (path) => {
    const stat = absentAs(undefined, () => fs.lstatSync(path, { throwIfNoEntry: false }));
    if (stat === undefined) return undefined;
    if (stat.isSymbolicLink()) return "link";
    return stat.isDirectory() ? "folder" : stat.isFile() ? "file" : "other";
  },
};

/** What stands at a path of the tree: nothing, a file, or what forbids to write there. */
export type Spot = "free" | "file" | { readonly obstacle: string };

/** What is known of folders, so that each is looked at once. */
export type KnownFolders = Map<string, "absent" | "folder" | { readonly obstacle: string }>;

/** What stands at a path. An obstacle is a path that leaves the folder, a symbolic link, or a file where a folder has to be. */
export function spotAt(files: Files, root: string, path: string, known: KnownFolders): Spot {
  if (leavesFolder(path)) return { obstacle: `"${JSON.stringify(path).slice(1, -1)}" leaves the output folder` };
  const folder = folderAt(files, root, dirname(path), known);
  if (folder === "absent") return "free";
  if (folder !== "folder") return folder;
  const kind = files.kindOf(join(root, path));
  if (kind === "link") return { obstacle: `${path} is a symbolic link` };
  if (kind === "folder" || kind === "other") return { obstacle: `${path} is not a file` };
  return kind ?? "free";
}

/** Whether a relative path is none, or leads out of the folder that it is meant for. */
export function leavesFolder(path: string): boolean {
  const isPlain = path !== "" && !path.startsWith("/") && !/[\0\\]/.test(path);
  return !isPlain || path.split("/").some((step) => step === "" || step === "." || step === "..");
}

/** What stands where a folder of the tree has to be. */
export function folderAt(
  files: Files,
  root: string,
  folder: string,
  known: KnownFolders,
): "absent" | "folder" | { readonly obstacle: string } {
  if (folder === ".") return "folder";
  const before = known.get(folder);
  if (before !== undefined) return before;
  const above = folderAt(files, root, dirname(folder), known);
  const state = above === "folder" ? lookAt(files.kindOf(join(root, folder)), folder) : above;
  known.set(folder, state);
  return state;
}

function lookAt(
  kind: ReturnType<Files["kindOf"]>,
  folder: string,
): "absent" | "folder" | { readonly obstacle: string } {
  if (kind === undefined) return "absent";
  if (kind === "folder") return kind;
  return { obstacle: kind === "link" ? `${folder} is a symbolic link` : `${folder} is not a folder` };
}
