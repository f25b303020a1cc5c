import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { findTool } from "../../src/io/tools.ts";
import { type Block, blocksOf, commandsOf, pages, patternOf, wordOf } from "../docs/blocks.ts";

const bin = resolve("bin/stackwright");
const inCi = process.env["CI"] === "true";

/** Runs a command of a page in its folder; both outputs are one text, as a reader sees them. */
function run(command: string, folder: string): { readonly status: number | null; readonly output: string } {
  const args = command.replace(/^stackwright /, "").split(/\s+/);
  const script = 'exec "$0" "$@" 2>&1';
  const { status, stdout } = spawnSync("sh", ["-c", script, bin, ...args], { cwd: folder, encoding: "utf8" });
  return { status, output: stdout };
}

function runBlock(block: Block, folder: string): void {
  for (const { command, output, exitCode } of commandsOf(block)) {
    const where = `${block.page}:${block.line} ${command}`;
    const result = run(command, folder);
    expect(`${where} exits with ${result.status}\n${result.status === exitCode ? "" : result.output}`).toBe(
      `${where} exits with ${exitCode}\n`,
    );
    if (output !== undefined && !patternOf(output).test(result.output))
      expect(`${where}\n${result.output}`).toBe(`${where}\n${output}`);
  }
}

test.each(pages.filter((page) => blocksOf(page).some(({ language }) => language === "console")))(
  "%s shows what its commands print",
  (page) => {
    const folder = mkdtempSync(join(tmpdir(), "stackwright-guide-"));
    try {
      for (const block of blocksOf(page)) {
        const file = wordOf(block, "file");
        if (file !== undefined) {
          mkdirSync(dirname(join(folder, file)), { recursive: true });
          writeFileSync(join(folder, file), block.text);
        }
        const tools = wordOf(block, "tools")?.split(",") ?? [];
        const isRunnable = inCi || tools.every((tool) => findTool(tool) !== undefined);
        if (block.language === "console" && isRunnable) runBlock(block, folder);
        if (!isRunnable)
          process.stderr.write(`not checked: ${page}:${block.line}, ${tools.join(" or ")} missing here\n`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
