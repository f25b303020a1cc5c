import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { severities } from "../../src/diagnostics/codes.ts";
import { generatedFiles } from "../../tools/docs/files.ts";
import { healthy, problemTexts } from "../../tools/docs/problem-examples.ts";
import { saidAbout } from "../../tools/docs/problems.ts";

const files = await generatedFiles();

describe("the generated documentation", () => {
  it.each([...files])("is up to date in %s; npm run docs writes it", (path, content) => {
    expect(readFileSync(path, "utf8") === content).toBe(true);
  });

  it("has a section for every problem code, kind and alert", () => {
    const problems = files.get("docs/reference/problems.md") ?? "";
    const missing = Object.keys(severities).filter((code) => !problems.includes(`\n## ${code}\n`));
    const alerts = files.get("docs/reference/alerts.md") ?? "";
    const pages = files.get("docs/reference/kinds.md") ?? "";
    for (const kind of kinds) {
      if (!pages.includes(`\n## ${kind.id}\n`)) missing.push(kind.id);
      missing.push(...kind.alerts.map(({ name }) => name).filter((name) => !alerts.includes(`[${name}](`)));
    }
    expect(missing).toEqual([]);
  });

  it("leaves nothing undefined in a page", () => {
    const wrong = [...files]
      .filter(([path]) => path.endsWith(".md"))
      .filter(([, content]) => /\bundefined\b|\[object /.test(content));
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it("changes an inventory that has no problem itself", () => {
    expect(saidAbout({ inventory: "timezone: UTC\n" })).toEqual([]);
    expect(healthy).toContain("version: 1");
  });

  it("shows a trigger for every code that a few lines can bring about", () => {
    const without = Object.entries(problemTexts).filter(([, { trigger }]) => "none" in trigger);
    expect(without.map(([code]) => code)).toEqual(["yaml-limits", "tool-rejects"]);
  });
});
