import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { limits } from "../../src/inventory/limits.ts";
import { locateFlaws } from "../../src/inventory/locate.ts";
import { readInventory } from "../../src/inventory/read.ts";

function value(source: string | Uint8Array): unknown {
  const reading = readInventory(source);
  if (!reading.ok) throw new Error(reading.flaws[0].message);
  return reading.value;
}

/** `line:column code: message` of what is wrong with a text. */
function flaws(source: string | Uint8Array): readonly string[] {
  const reading = readInventory(source);
  if (reading.ok) return [];
  return locateFlaws(reading.text, reading.flaws, "i.yaml").map(
    ({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`,
  );
}

function nested(levels: number): string {
  return `a: ${"[".repeat(levels)}${"]".repeat(levels)}`;
}

describe("values", () => {
  test("the reference inventory is read", () => {
    const text = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8");
    expect(value(text)).toMatchObject({ platform: "meishi", virtual_ips: { web: { virtual_router_id: 51 } } });
  });

  test("scalars are those of the core schema of YAML 1.2", () => {
    const text = "a: no\nb: on\nc: 1:30\nd: 010\ne: 0o17\nf: 0x1F\ng: ~\nh: yes\ni: .5\nj: true\nk: 2026-01-01\nl: '1'";
    expect(value(text)).toEqual({
      a: "no",
      b: "on",
      c: "1:30",
      d: 10,
      e: 15,
      f: 31,
      g: null,
      h: "yes",
      i: 0.5,
      j: true,
      k: "2026-01-01",
      l: "1",
    });
  });

  test("keys are taken as they are written", () => {
    expect(value("010: a\n1.0: b\ntrue: c\n~: d\n'x y': e")).toEqual({
      "010": "a",
      "1.0": "b",
      true: "c",
      "~": "d",
      "x y": "e",
    });
  });

  test("tags of the core schema are allowed", () => {
    expect(value("a: !!str 1\nb: !!int '2'\nc: !!map {}\nd: !!seq []")).toEqual({ a: "1", b: 2, c: {}, d: [] });
    expect(flaws("a: !!int x")).toEqual(["1:4 yaml-syntax: a value is tagged !!int, which it is not"]);
  });

  test("a byte order mark and CRLF are accepted", () => {
    const bytes = Buffer.from("\ufeffa: 1\r\nb:\r\n  - x\r\n", "utf8");
    expect(value(bytes)).toEqual({ a: 1, b: ["x"] });
    expect(flaws("\ufeffa: 1\r\na: 2\r\n")).toEqual(['2:1 duplicate-name: the key "a" stands twice, first on line 1']);
  });

  test("a document may begin with --- and end with ...", () => {
    expect(value("%YAML 1.2\n---\na: 1\n...\n# end\n")).toEqual({ a: 1 });
  });
});

describe("what is refused", () => {
  test.each([
    ["an empty file", "", "1:1 yaml-syntax: the inventory is empty"],
    ["comments only", "# nothing\n", "1:1 yaml-syntax: the inventory is empty"],
    ["null", "---\n~\n", "1:1 yaml-syntax: the inventory is empty"],
    ["a list", "- a\n", "1:1 invalid-value: the inventory is a list; it must be a map of sections"],
    ["a text", "hello", "1:1 invalid-value: the inventory is a single value; it must be a map of sections"],
    ["two documents", "a: 1\n---\nb: 2\n", "2:1 yaml-syntax: a second document begins here"],
    [
      "text after the end",
      "a: 1\n...\nb: 2\n",
      "2:1 yaml-syntax: the end of a document stands before the end of the file",
    ],
    ["a merge key", "x: &x { a: 1 }\ny:\n  <<: *x\n", "3:3 yaml-syntax: merge keys (<<) are not part of YAML 1.2"],
    ["an unknown tag", "a: !secret x\n", "1:4 yaml-syntax: a tag is unknown or does not fit its value"],
    ["another YAML version", "%YAML 1.1\n---\na: 1\n", "1:1 yaml-syntax: a directive other than %YAML 1.2 is refused"],
    [
      "a tag directive",
      "%TAG !e! tag:x,1:\n---\na: 1\n",
      "1:1 yaml-syntax: a directive other than %YAML 1.2 is refused",
    ],
    ["__proto__", "a:\n  __proto__: { polluted: true }\n", "2:3 unsafe-value: the key __proto__ is refused"],
    ["a list as a key", "? [a]\n: b\n", "1:3 yaml-syntax: a key is a map, a list, an alias or longer than a line"],
    ["an empty key", "a: 1\n: b\n", "2:1 yaml-syntax: a colon has no key before it"],
    ["an alias without anchor", "a: *b\n", "1:4 yaml-syntax: an alias has no anchor before it"],
    ["an alias in its anchor", "a: &a [1, *a]\n", "1:11 yaml-syntax: an alias stands inside its own anchor"],
    ["NUL", "a: b\nc: \u0000\n", "2:4 yaml-syntax: the character U+0000 may not stand in YAML"],
    ["an escape character", "a: \u001b[31m\n", "1:4 yaml-syntax: the character U+001B may not stand in YAML"],
    ["half a character", "a: \ud800\n", "1:4 yaml-syntax: the character U+D800 may not stand in YAML"],
    ["a lone carriage return", "a: 1\rb: 2\n", "1:5 yaml-syntax: a carriage return stands without a line feed"],
    ["a tab that indents", "a:\n\tb: 1\n", "2:1 yaml-syntax: a tab stands where YAML indents"],
  ])("%s", (_name, text, expected) => {
    expect(flaws(text)).toEqual([expected]);
  });

  test("broken UTF-8, at its line", () => {
    const bytes = Buffer.concat([Buffer.from("a: é\nb: "), Buffer.from([0xff, 0x0a])]);
    expect(flaws(bytes)).toEqual(["2:4 yaml-syntax: byte 0xff is not UTF-8"]);
    expect(flaws(Buffer.from("b: caf\u00e9 x\n", "latin1"))).toEqual(["1:7 yaml-syntax: byte 0xe9 is not UTF-8"]);
    expect(flaws(Buffer.from([0x61, 0x3a, 0x20, 0xed, 0xa0, 0x80]))).toEqual([
      "1:4 yaml-syntax: byte 0xed is not UTF-8",
    ]);
    expect(flaws(Buffer.from("\ufeffa: 1", "utf16le"))).toEqual(["1:1 yaml-syntax: the file is UTF-16, not UTF-8"]);
  });

  test("a replacement character that is really there is text", () => {
    expect(value(Buffer.from("a: \ufffd"))).toEqual({ a: "\ufffd" });
  });

  test("every key that stands twice, with the line of the first", () => {
    expect(flaws("a: 1\nb: { c: 1, c: 2 }\n'a': 3\n")).toEqual([
      '2:12 duplicate-name: the key "c" stands twice, first on line 2',
      '3:1 duplicate-name: the key "a" stands twice, first on line 1',
    ]);
  });
});

describe("limits", () => {
  test("5 MiB are read, and one byte more is refused before parsing", () => {
    const most = `a: ${"x".repeat(limits.bytes - 3)}`;
    expect(readInventory(most).ok).toBe(true);
    expect(flaws(`${most}x`)).toEqual(["1:1 yaml-limits: the inventory has 5242881 bytes, which is more than 5242880"]);
    expect(flaws(`a: ${"é".repeat(limits.bytes / 2)}`)).toHaveLength(1);
  });

  test("50 MB are refused without being read", () => {
    expect(flaws(new Uint8Array(50_000_000))).toEqual([
      "1:1 yaml-limits: the inventory has 50000000 bytes, which is more than 5242880",
    ]);
  });

  test("64 levels are read, 65 and 20,000 are refused", () => {
    expect(flaws(nested(63))).toEqual([]);
    for (const levels of [64, 65, 66, 100, 20_000]) {
      expect(flaws(nested(levels))[0]).toMatch(/yaml-limits: maps and lists are nested more than 64 deep/);
    }
    expect(flaws("[".repeat(20_000))[0]).toMatch(/yaml-limits/);
    expect(flaws("- ".repeat(20_000))[0]).toMatch(/yaml-limits/);
    expect(flaws(Array.from({ length: 20_000 }, (_, n) => `${" ".repeat(n % 300)}a:`).join("\n"))[0]).toMatch(/yaml-/);
  });

  test("levels that aliases add count as well", () => {
    const half = `a: &a ${"[".repeat(40)}1${"]".repeat(40)}\nb: ${"[".repeat(40)}*a${"]".repeat(40)}`;
    expect(flaws(half)[0]).toMatch(/^2:\d+ yaml-limits: maps and lists are nested more than 64 deep/);
  });

  test("100 aliases are read, 101 are refused", () => {
    const text = (aliases: number): string => `a: &a 1\nb: [${Array(aliases).fill("*a").join(", ")}]\n`;
    expect(flaws(text(100))).toEqual([]);
    expect(flaws(text(101))).toEqual(["2:405 yaml-limits: there are more than 100 aliases"]);
  });

  test("a bomb of nested aliases is refused before it is expanded", () => {
    const levels = Array.from({ length: 9 }, (_, n) => {
      const items = n === 0 ? Array(9).fill("lol") : Array(9).fill(`*a${n - 1}`);
      return `a${n}: &a${n} [${items.join(", ")}]`;
    });
    expect(flaws(levels.join("\n"))[0]).toMatch(/yaml-limits: aliases repeat more than 100000 values/);
  });

  test("aliases of one anchor share its value", () => {
    const read = value("a: &a { b: 1 }\nc: *a\nd: *a\n");
    expect(read).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { b: 1 } });
  });
});

test("a refused key pollutes no prototype", () => {
  readInventory("__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n");
  expect("polluted" in {}).toBe(false);
  expect(value("constructor: { prototype: { polluted: true } }")).toEqual({
    constructor: { prototype: { polluted: true } },
  });
});
