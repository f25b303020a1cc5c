import { describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";
import { blocksOf, commandsOf, pages, patternOf } from "./blocks.ts";

const blocks = pages.flatMap(blocksOf);

describe("the examples of the guide", () => {
  it("name a language that is known here", () => {
    const known = ["yaml", "json", "console", "sh", "text"];
    expect(
      blocks.filter(({ language }) => !known.includes(language)).map(({ page, line }) => `${page}:${line}`),
    ).toEqual([]);
  });

  it("run stackwright in every console block", () => {
    const commands = blocks.filter(({ language }) => language === "console").flatMap(commandsOf);
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.map(({ command }) => command).filter((command) => !command.startsWith("stackwright "))).toEqual([]);
  });

  it.each(
    blocks
      .filter(({ words }) => words.includes("inventory"))
      .map((block) => [`${block.page}:${block.line}`, block] as const),
  )("have a valid inventory at %s", (_, { text }) => {
    const reading = readInventory(text);
    expect(reading.ok).toBe(true);
    const { problems } = compile(reading.ok ? reading.value : undefined, kinds);
    expect(problems.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  });
});

describe("a pattern of shown output", () => {
  it("takes … for any lines, or anything on a line", () => {
    const pattern = patternOf("a … c\n…\nend\n");
    expect(pattern.test("a b c\nend\n")).toBe(true);
    expect(pattern.test("a b c\nx\ny\nend\n")).toBe(true);
  });

  it("takes nothing else for right", () => {
    const pattern = patternOf("a … c\nend\n");
    expect(pattern.test("a b\nc\nend\n")).toBe(false);
    expect(pattern.test("a b c\nend\nmore\n")).toBe(false);
    expect(patternOf("1.5 (x)").test("1x5 (x)")).toBe(false);
  });
});
