/** What the file system says: a missing file, a full disk, a right that is not ours. The world's fault, not a bug. */
export function isFileError(error: unknown): error is Error & { readonly code: string; readonly path?: string } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z]+$/.test(error.code) &&
    "syscall" in error
  );
}

/** A file error in a sentence, with the name of the file and the code of the system; `path` for errors without one. */
export function fileErrorText(error: unknown, path?: string): string {
  if (!isFileError(error)) return error instanceof Error ? error.message : String(error);
  // A rename fails for want of a right where it goes to.
  const file = ("dest" in error && typeof error.dest === "string" ? error.dest : error.path) ?? path;
  const reason = reasons[error.code];
  if (file === undefined) return error.message;
  if (reason !== undefined) return `${file} ${reason} (${error.code})`;
  return error.message.includes(file) ? error.message : `${file}: ${error.message}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "cannot be there: a part of its path is a file",
  EISDIR: "is a folder, not a file",
  EEXIST: "exists, and is no folder",
  EACCES: "must not be read or written by this user",
  EPERM: "must not be read or written by this user",
  EROFS: "is on a disk that is read-only",
  ENOSPC: "does not fit on the disk",
  EDQUOT: "does not fit into the quota",
  EMFILE: "cannot be opened: too many files are open",
};
