import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWith } from "../real/tool.ts";
import { buildBundle, layOut, pattern, readStory, runStep } from "./story.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const shells = ["bash", "zsh", "fish"];

beforeAll(buildBundle);

for (const file of globSync("*.txt", { cwd: here }).sort()) {
  const story = readStory(readFileSync(join(here, file), "utf8"));
  const tests = (): void => {
    it(story.title, () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), "story-")));
      try {
        layOut(story, folder);
        for (const step of story.steps) {
          const outcome = runStep(step, folder);
          const said = `$ ${step.command}\n${outcome.stdout}${outcome.stderr}`;
          expect(outcome.stdout, said).toMatch(pattern(step.stdout));
          expect(outcome.stderr, said).toMatch(pattern(step.stderr));
          expect(outcome.exit, said).toBe(step.exit);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  };
  // Shells are no tools of ours: where one is missing, its story is left out, in CI too.
  const missing = story.needs.filter((need) => shells.includes(need) && !isHere(need));
  if (missing.length > 0) describe.skip(`${file} (not checked: ${missing.join(", ")} missing here)`, tests);
  else describeWith(story.needs, file, tests);
}

function isHere(shell: string): boolean {
  return runStep({ command: `command -v ${shell}` }, here).exit === 0;
}

describe("the form of stories", () => {
  it("is read back as files and steps", () => {
    const text = "# A title\n--- file a/b.txt\none\n--- needs fish\n$ stackwright x\n--- stdout\nout\n--- stderr\nerr\n--- exit 2\n$ second\n";
    expect(readStory(text)).toEqual({
      title: "A title",
      needs: ["fish"],
      files: [{ name: "a/b.txt", content: "one\n" }],
      steps: [
        { command: "stackwright x", stdout: "out\n", stderr: "err\n", exit: 2 },
        { command: "second", stdout: "", stderr: "", exit: 0 },
      ],
    });
  });

  it("has a pattern for what varies, and is exact otherwise", () => {
    expect("a 12 ms\nb\nc\nd\n").toMatch(pattern("a <*> ms\n...\nd\n"));
    expect("a.c\n").not.toMatch(pattern("a.b\n"));
    expect("axb\n").not.toMatch(pattern("a.b\n"));
    expect("a\nb\n").not.toMatch(pattern("a\n"));
    expect("").toMatch(pattern(""));
    expect("more\n").not.toMatch(pattern(""));
  });
});
