import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const pages = ["README.md", ...globSync("docs/**/*.md")];

/** A page without code, in which brackets and hashes mean something else. */
function proseOf(page: string): string {
  return readFileSync(page, "utf8")
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .replaceAll(/`[^`\n]*`/g, "");
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = proseOf(page);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

it("every link of the documentation leads to a file, and to a heading of it", () => {
  const anchors = new Map<string, ReadonlySet<string>>();
  const broken = pages.flatMap((page) => {
    const text = proseOf(page);
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
      const link = match[1] ?? "";
      if (/^[a-z]+:/.test(link)) return [];
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(file)) return [`${page}: ${link}`];
      if (anchor === undefined || !file.endsWith(".md")) return [];
      const known = anchors.get(file) ?? anchorsOf(file);
      anchors.set(file, known);
      return known.has(anchor) ? [] : [`${page}: ${link}`];
    });
  });
  expect(broken).toEqual([]);
});
