import { isFileError } from "../io/file-error.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "cannot be there: a part of its path is a file",
  EISDIR: "is a folder, not a file",
  EEXIST: "exists, and is no folder",
  EACCES: "must not be touched: a right is missing",
  EPERM: "must not be touched: a right is missing",
  EROFS: "is on a disk that is read-only",
  ENOSPC: "does not fit on the disk",
  EDQUOT: "does not fit into the quota",
  EMFILE: "cannot be opened: too many files are open",
};

/** A file error in a sentence, with the name of the file and the code of the system; `path` for errors without one. */
export function fileErrorText(error: unknown, path?: string): string {
  if (!isFileError(error)) return error instanceof Error ? error.message : String(error);
  // A rename fails for want of a right where it goes to.
  const file = ("dest" in error && typeof error.dest === "string" ? error.dest : error.path) ?? path;
  const reason = reasons[error.code];
  return file === undefined || reason === undefined ? error.message : `${file} ${reason} (${error.code})`;
}

/** A file that a command needs and cannot read; the message says what is wrong, and behind `; ` what to do. */
export class UnreadableFile extends Error {
  readonly path: string;

  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

/** What a command prints with `--json` when a file stopped it: its one problem has no place in an inventory. */
export function fileErrorDocument(command: string, error: Error & { readonly path?: string }, path?: string): object {
  const [message = "", ...hints] = fileErrorText(error, path).split("; ");
  const problem = {
    file: error.path ?? path ?? "",
    line: 1,
    column: 1,
    severity: "error",
    code: "file-error",
    path: "",
    message,
    ...(hints.length === 0 ? {} : { hint: hints.join("; ") }),
  };
  return { schema: 1, command, ok: false, problems: [problem] };
}
