import { fileErrorText } from "../io/file-error.ts";

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
