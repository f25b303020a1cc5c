import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectory } from "../../../packages/telemetry/src/logs/make-directory.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("making a folder for log records", () => {
  it("makes what is missing, with the rights that are asked for, and leaves what is there", () => {
    const path = join(folder, "a/b/c");
    makeDirectory(path, 0o700);
    makeDirectory(path, 0o750);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("ends with an error where no folder can be made", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => makeDirectory(join(folder, "file/x"), 0o700)).toThrow(/ENOTDIR/);
    expect(() => makeDirectory(join(folder, "file"), 0o700)).toThrow(/EEXIST/);
    expect(() => makeDirectory("/proc/stackwright/logs", 0o700)).toThrow(/ENOENT/);
  });
});
