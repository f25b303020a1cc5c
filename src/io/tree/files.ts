import * as fs from "node:fs";
import { dirname, join } from "node:path";

/** What the writer does to the file system; tests put in one that fails at a chosen moment. */
export interface Files {
  readonly readFile: (path: string) => Uint8Array | undefined;
  readonly writeFile: (path: string, content: string, mode: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly unlink: (path: string) => void;
  readonly makeFolder: (path: string) => void;
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
  writeFile: (path, content, mode) => fs.writeFileSync(path, content, { mode, flag: "w" }),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => absentAs(undefined, () => fs.unlinkSync(path)),
  makeFolder: (path) => void fs.mkdirSync(path, { recursive: true }),
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

/** Why a path must not be written, or undefined: it leaves the folder, or a symbolic link or a file stands in the way. */
export function obstacle(
  files: Files,
  root: string,
  path: string,
  seen: Map<string, string | undefined>,
): string | undefined {
  if (
    path === "" ||
    path.startsWith("/") ||
    path.split("/").some((step) => step === "" || step === "." || step === "..") ||
    /[\0\\]/.test(path)
  )
    return `"${JSON.stringify(path).slice(1, -1)}" leaves the output folder`;
  const kind = files.kindOf(join(root, path));
  if (kind === "link") return `${path} is a symbolic link`;
  if (kind === "folder" || kind === "other") return `${path} is not a file`;
  return folderObstacle(files, root, dirname(path), seen);
}

function folderObstacle(
  files: Files,
  root: string,
  folder: string,
  seen: Map<string, string | undefined>,
): string | undefined {
  if (folder === ".") return undefined;
  if (seen.has(folder)) return seen.get(folder);
  const above = folderObstacle(files, root, dirname(folder), seen);
  const kind = above === undefined ? files.kindOf(join(root, folder)) : undefined;
  const own =
    kind === undefined || kind === "folder"
      ? undefined
      : kind === "link"
        ? `${folder} is a symbolic link`
        : `${folder} is not a folder`;
  seen.set(folder, above ?? own);
  return above ?? own;
}
