import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fileErrorDocument } from "../../src/cli/file-error.ts";
import { fileErrorText, isFileError } from "../../src/io/file-error.ts";

function failedRename(folder: string): Error & { readonly code: string } {
  const [from, to] = [join(folder, "staged"), join(folder, "alerts")];
  writeFileSync(from, "");
  mkdirSync(to);
  try {
    renameSync(from, to);
  } catch (error) {
    if (isFileError(error)) return error;
  }
  throw new Error("a file took the place of a folder");
}

it("a file that cannot be put in its place is told by that place", () => {
  const folder = mkdtempSync(join(tmpdir(), "stackwright-file-error-"));
  try {
    const error = failedRename(folder);
    expect(fileErrorText(error)).toBe(`${folder}/alerts is a folder, not a file (EISDIR)`);
    expect(fileErrorDocument("generate", error)).toMatchObject({
      command: "generate",
      ok: false,
      problems: [{ code: "file-error", message: `${folder}/alerts is a folder, not a file (EISDIR)` }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("an error whose code has no words here is told with the file's name and the system's own", () => {
  const error = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", syscall: "read" });
  expect(fileErrorText(error, "/etc/stackwright/token")).toBe("/etc/stackwright/token: EIO: i/o error, read");
});
