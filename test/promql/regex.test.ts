import { describe, expect, it } from "vitest";
import { alternatives, escapeRegex, readPattern } from "../../src/promql/regex.ts";

function matches(pattern: string, value: string): boolean | string {
  const read = readPattern(pattern);
  return read.kind === "valid" ? read.matches(value) : read.kind;
}

describe("a pattern", () => {
  it.each([
    ["a|b", "b", true],
    ["a|b", "ab", false],
    ["a.c", "a\nc", true],
    ["(?i)abc", "aBc", true],
    ["(?P<n>a)+", "aa", true],
    ["[[:digit:]]+", "12", true],
    ["[^[:alpha:]]", "1", true],
    ["[]a-c-]+", "]b-", true],
    ["\\d{2,3}?", "123", true],
    ["a{b", "a{b", true],
    ["a{,2}", "a{,2}", true],
    ["\\x41\\x{42}", "AB", true],
    ["a/b-c_d", "a/b-c_d", true],
    ["\\/\\-\\_", "/-_", true],
    ["^a$", "a", true],
    ["", "", true],
    ["[\\w.-]+:\\d+", "db-1.x:9104", true],
    ["\\pL+", "a", "opaque"],
    ["\\Qa.b\\E", "a.b", "opaque"],
    ["a(?i)b", "ab", "opaque"],
    ["(b)\\51", "b)", "opaque"],
  ])("%s on %j is %j", (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it.each([
    "(",
    ")",
    "a)",
    "[a",
    "*",
    "a**",
    "a{2,1}",
    "a{1001}",
    "(?=a)",
    "(?<!a)",
    "(a)\\1",
    "\\y",
    "[z-a]",
    "a\\",
    "[[:nope:]]",
  ])("%s is refused", (pattern) => {
    expect(readPattern(pattern).kind).toBe("invalid");
  });

  it("made by escapeRegex matches its text only", () => {
    for (const text of ["a.b", "1+1", "(x|y)", "[z]", "^$", "\\", "{2}", "a-b/c"]) {
      expect(matches(escapeRegex(text), text)).toBe(true);
      expect(matches(escapeRegex(text), `${text}!`)).toBe(false);
    }
  });

  it("that only lists values tells them", () => {
    expect(alternatives("a|b\\.c|")).toEqual(["a", "b.c", ""]);
    expect(alternatives("a.b|c")).toBeUndefined();
    expect(alternatives("(a|b)")).toBeUndefined();
  });
});
