import { expect, test } from "vitest";
import { printModsecurity, secPattern } from "../../src/artifact/modsecurity.ts";
import { cores, hostileValues } from "../random/hostile.ts";

const values = [...cores, ...hostileValues(2_000, 16)];

test("a path becomes a pattern that matches it and nothing else, and that cannot end its quotes", () => {
  const bytes = (value: string): string => Buffer.from(value, "utf8").toString("latin1");
  for (const value of values) {
    const pattern = secPattern(value);
    expect(pattern).toMatch(/^(?:[A-Za-z0-9/_]|\\x[0-9a-f]{2})*$/);
    expect(new RegExp(`^${pattern}$`).test(bytes(value))).toBe(true);
    expect(new RegExp(`^${pattern}$`).test(`${bytes(value)}x`)).toBe(false);
  }
});

test("an argument with a quote, a line break or NUL is refused", () => {
  for (const argument of ['a"b', "a\nb", "a\0b"])
    expect(() => printModsecurity([{ name: "SecAction", args: [argument] }], [])).toThrow(/cannot write/);
});

test("a comment never begins with a directive, which would take the next line into it", () => {
  const { content, origins } = printModsecurity(
    [{ name: "SecRuleEngine", args: ["On"], comment: "SecRule x \\\nSecRuleEngine Off", source: ["a"] }],
    ["head"],
  );
  expect(content).toBe("# head\n# - SecRule x \\\n# SecRuleEngine Off\nSecRuleEngine On\n");
  expect(origins).toEqual([{ from: 2, to: 4, source: ["a"] }]);
});
