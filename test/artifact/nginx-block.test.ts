import { describe, expect, it, test } from "vitest";
import {
  block,
  directive,
  dollarDefinition,
  needsDollar,
  nginxText,
  printNginx,
} from "../../src/artifact/nginx-block.ts";
import { cores, hostileValues } from "../random/hostile.ts";
import { readNginx } from "./nginx-reader.ts";

const values = [...cores, ...hostileValues(12_000, 15)];
const refused = values.filter((value) => /[\0\r\n]/.test(value));
const taken = values.filter((value) => !/[\0\r\n]/.test(value));

/** What nginx makes of a word whose only variable is the one that stands for a dollar. */
function evaluated(word: string): string {
  return word.replaceAll("$\u007bdollar}", () => "$");
}

describe("a hostile text as an argument", () => {
  it("comes back from nginx's reader as exactly this one argument", () => {
    expect(taken.length).toBeGreaterThan(10_000);
    const nodes = taken.map((value) =>
      block("server", [], [directive("return", 200, value), directive("x", value, value)]),
    );
    const read = readNginx(printNginx(nodes, ["header"]).content);
    expect(read).toHaveLength(taken.length);
    const wrong = taken.filter((value, index) => {
      const [first, second, ...more] = read[index]?.children ?? [];
      const words = [...(first?.words ?? []), ...(second?.words ?? [])].map(evaluated);
      return more.length > 0 || JSON.stringify(words) !== JSON.stringify(["return", "200", value, "x", value, value]);
    });
    expect(wrong).toEqual([]);
  });

  it("holds no variable, alone and between variables", () => {
    const wrong = taken.filter((value) => {
      const { content } = printNginx([directive("x", value, nginxText`$host${value}$uri`)], []);
      const [, alone = "", between = ""] = readNginx(content)[0]?.words ?? [];
      return /\$(?!\{dollar\})/.test(alone) || evaluated(between) !== `$host${value}$uri`;
    });
    expect(wrong).toEqual([]);
  });

  it("is refused where it has a line break or NUL, which nginx cannot write", () => {
    expect(refused.length).toBeGreaterThan(100);
    for (const value of refused) expect(() => printNginx([directive("x", value)], [])).toThrow(/line break or NUL/);
  });

  it("never leaves a comment", () => {
    const nodes = taken.map((comment) => ({ ...directive("x"), comment }));
    expect(readNginx(printNginx(nodes, taken).content)).toEqual(taken.map(() => ({ words: ["x"] })));
  });
});

test("an argument that does not fit into nginx's buffer is refused", () => {
  expect(() => printNginx([directive("x", "ä".repeat(2001))], [])).toThrow(/at once/);
});

test("a literal dollar is taken from a variable, which the config is told to need", () => {
  const uses = block("server", [], [directive("return", 200, "5 $")]);
  expect(needsDollar([uses])).toBe(true);
  expect(needsDollar([directive("return", 200, nginxText`$host`), ""])).toBe(false);
  expect(printNginx([dollarDefinition, uses], []).content).toBe(
    'geo $dollar {\n    default "$";\n}\nserver {\n    return 200 "5 $\u007bdollar}";\n}\n',
  );
});

test("every line is known by the inventory path of the innermost directive around it", () => {
  const inner = { ...directive("b"), source: ["inner"], comment: "why" };
  const { content, origins } = printNginx(
    [directive("a"), block("outer", [], [inner, "", directive("c")], { source: ["outer"] })],
    ["one", "two"],
  );
  const lines = content.split("\n").map((line, index) => {
    const origin = origins.findLast(({ from, to }) => from <= index + 1 && index + 1 <= to);
    return `${line.trim()} ${origin?.source[0] ?? ""}`.trim();
  });
  expect(lines).toEqual([
    "# one",
    "# two",
    "a;",
    "outer { outer",
    "# why inner",
    "b; inner",
    "outer",
    "c; outer",
    "} outer",
    "",
  ]);
});

test("many long arguments stand below each other", () => {
  const { content } = printNginx([directive("x", ..."abc".split("").map((each) => each.repeat(60)))], []);
  expect(content.split("\n")).toEqual([
    "x",
    ..."abc".split("").map((each) => `    ${each.repeat(60)}${each === "c" ? ";" : ""}`),
    "",
  ]);
});
