import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Path } from "../../src/diagnostics/path.ts";
import { type Problem, problem } from "../../src/diagnostics/problem.ts";
import { locate } from "../../src/inventory/locate.ts";

const text = `# comment
version: 1
services:
  web:
    kind: nginx
    hosts: [lb1, { x: 1 }, "名前"]
    port:
    slos:
      - { name: a, objective: 2 }
      - name: b
        objective: 3
  base: &base { port: 80 }
  copy: *base
`;

/** Line, column and the underlined text for a path. */
async function spot(path: Path, at: Problem["at"] = "value"): Promise<string> {
  const [found] = await locate(text, [problem("invalid-value", path, "m", { at })], "i.yaml");
  const excerpt = found?.excerpt;
  const start = excerpt?.start ?? 0;
  return `${found?.line}:${found?.column} ${excerpt?.text.slice(start, start + (excerpt?.width ?? 0))}`;
}

describe("the caret stands under the smallest wrong thing", () => {
  test.each<[string, Path, Problem["at"], string]>([
    ["a value", ["services", "web", "kind"], "value", "5:11 nginx"],
    ["a key", ["services", "web", "kind"], "key", "5:5 kind"],
    ["an item of a list", ["services", "web", "hosts", 0], "value", "6:13 lb1"],
    ["an item that is a map", ["services", "web", "hosts", 1], "value", "6:18 { x: 1 }"],
    ["a quoted item with wide characters", ["services", "web", "hosts", 2], "value", '6:28 "名前"'],
    ["a value in a map in a list", ["services", "web", "hosts", 1, "x"], "value", "6:23 1"],
    ["the key of an empty value", ["services", "web", "port"], "value", "7:5 port"],
    ["the key of a block map", ["services", "web"], "value", "4:3 web"],
    ["the key of a block list", ["services", "web", "slos"], "value", "8:5 slos"],
    ["the beginning of an item that lacks something", ["services", "web", "slos", 0, "sli"], "parent", "9:9 {"],
    ["the first key of a block item", ["services", "web", "slos", 1, "sli"], "parent", "10:9 name"],
    ["the key of what lacks something", ["services", "web", "owner"], "parent", "4:3 web"],
    ["that key too where the path ends at it", ["services", "web"], "parent", "4:3 web"],
    ["the beginning of the inventory that lacks something", ["platform"], "parent", "2:1 version"],
    ["an alias", ["services", "copy"], "value", "13:9 *base"],
    ["what an alias stands for", ["services", "copy", "port"], "value", "12:23 80"],
    ["what is nearest to a path that is not written", ["services", "web", "x", "y", 3], "value", "4:3 web"],
  ])("%s", async (_name, path, at, expected) => {
    expect(await spot(path, at)).toBe(expected);
  });
});

describe("a list of problems", () => {
  test("comes in file order, each place and message once", async () => {
    const problems = [
      problem("unknown-key", ["services", "web", "port"], "b", { at: "key" }),
      problem("invalid-value", ["services", "base", "port"], "same"),
      problem("invalid-value", ["services", "copy", "port"], "same"),
      problem("invalid-value", ["version"], "a"),
      problem("same-rack", ["services", "web"], "c", { at: "key" }),
    ];
    const found = await locate(text, problems, "x/inventory.yaml");
    expect(found.map(({ file, line, column, code, path }) => [file, line, column, code, path])).toEqual([
      ["x/inventory.yaml", 2, 10, "invalid-value", "version"],
      ["x/inventory.yaml", 4, 3, "same-rack", "services.web"],
      ["x/inventory.yaml", 7, 5, "unknown-key", "services.web.port"],
      ["x/inventory.yaml", 12, 23, "invalid-value", "services.base.port"],
    ]);
  });

  test("keeps severity and hint, and puts the line of the other place in", async () => {
    const one = problem("same-rack", ["services", "web", "port"], "is also at web ({line})", {
      mentions: ["services", "base"],
      hint: "move it",
    });
    const [found] = await locate(text, [one], "i.yaml");
    expect(found).toMatchObject({ severity: "warning", message: "is also at web (line 12)", hint: "move it" });
  });

  test("is empty without problems, and without reading the text", async () => {
    expect(await locate("{ not yaml", [], "i.yaml")).toEqual([]);
  });

  test("keeps its lines in a file with CRLF", async () => {
    const [found] = await locate(
      text.replaceAll("\n", "\r\n"),
      [problem("invalid-value", ["services", "web", "kind"], "m")],
      "i",
    );
    expect(found).toMatchObject({ line: 5, column: 11, excerpt: { text: "    kind: nginx", width: 5 } });
  });

  test("of a thousand hosts finds its places in linear time", async () => {
    const hosts = Array.from({ length: 2000 }, (_, n) => `  h${n}: { address: 10.0.0.1, segment: x }`);
    const problems = hosts.map((_, n) => problem("duplicate-address", ["hosts", `h${n}`, "address"], `m${n}`));
    const found = await locate(`hosts:\n${hosts.join("\n")}\n`, problems, "i.yaml");
    expect(found.map(({ line }) => line)).toEqual(hosts.map((_, n) => n + 2));
  });
});

test("only the module that is imported on demand loads yaml", () => {
  const folder = new URL("../../src/inventory/", import.meta.url);
  const source = (file: string): string => readFileSync(new URL(file, folder), "utf8");
  for (const file of ["read.ts", "read-value.ts", "locate.ts", "locate-secrets.ts", "issues.ts"]) {
    expect(source(file)).not.toMatch(/from "(yaml|\.\/locate-document\.ts)"/);
  }
  expect(source("locate.ts")).toContain('await import("./locate-document.ts")');
});
