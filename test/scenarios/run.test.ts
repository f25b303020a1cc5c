import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it } from "vitest";
import { findTool } from "../../src/io/tools.ts";
import { buildBundle, layOut, pattern, readStory, removeBundle, runStep, type Story } from "./story.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const shells = ["bash", "zsh", "fish"];

beforeAll(buildBundle);
afterAll(removeBundle);

for (const file of globSync("*.txt", { cwd: here }).sort()) {
  const story = readStory(readFileSync(join(here, file), "utf8"));
  const missing = story.needs.filter((need) => findTool(need) === undefined);
  // Shells are no tools of ours: where one is missing, its story is left out, in CI too.
  const mayMiss = missing.every((need) => shells.includes(need)) || process.env["CI"] !== "true";
  if (missing.length > 0 && mayMiss)
    it.skip(`${story.title} (${file}; not checked: ${missing.join(", ")} missing here)`);
  else it.concurrent(`${story.title} (${file})`, ({ expect }) => tell(story, expect));
}

async function tell(story: Story, expect: ExpectStatic): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "story-")));
  try {
    layOut(story, folder);
    for (const step of story.steps) {
      const outcome = await runStep(step, folder);
      const said = `$ ${step.command}\n${outcome.stdout}${outcome.stderr}`;
      expect(outcome.stdout, said).toMatch(pattern(step.stdout));
      expect(outcome.stderr, said).toMatch(pattern(step.stderr));
      expect(outcome.exit, said).toBe(step.exit);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the form of stories", () => {
  it("is read back as files and steps", () => {
    const text =
      "# A title\n--- file a/b.txt\none\n--- needs fish\n$ stackwright x\n--- stdout\nout\n--- stderr\nerr\n--- exit 2\n$ second\n";
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
