import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Toolbox } from "../check/toolbox.ts";
import { findTool, runTool } from "./tools.ts";

const toolTimeoutMs = 120_000;

/** The real tools, in temporary folders that `close` removes. */
export function openToolbox(): Toolbox & { readonly close: () => void } {
  const folders: string[] = [];
  return {
    find: (name) => findTool(name),
    run: (file, args, cwd) => runTool(file, args, { cwd, timeoutMs: toolTimeoutMs }),
    layOut: (files) => {
      const folder = mkdtempSync(join(tmpdir(), "stackwright-check-"));
      folders.push(folder);
      for (const { path, content } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      return folder;
    },
    close: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
