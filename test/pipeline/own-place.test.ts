import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { placeAtPath } from "../../src/pipeline/own-place.ts";

const path = (rule: number) => ["groups", 0, "rules", rule, "expr"];

/** The text from the place on. */
function at(text: string, rule: number, expr: string, offset = 0): string {
  const { line, column } = placeAtPath(text, path(rule), expr, offset);
  return text
    .split("\n")
    .slice(line - 1)
    .join("\n")
    .slice(column - 1);
}

describe("the place of an own expression", () => {
  const exprs = ["sum(up) > 1", "sum(", "up", "a +\n  sum(b)\n"];
  const rules = exprs.map((expr, index) => ({ expr, alert: `A${index}`, for: "5m" }));
  const file = { groups: [{ name: "own", rules }] };

  it.each([
    ["block style", dump(file, { lineWidth: -1 })],
    ["flow style", dump(file, { flowLevel: 0, lineWidth: -1 })],
    ["JSON", JSON.stringify(file)],
  ])("is that of its own rule where an earlier one holds the same text (%s)", (_, text) => {
    expect(at(text, 1, "sum(")).toMatch(/^sum\(['"]?(?:\s|,)/);
    expect(at(text, 2, "up")).toMatch(/^up['"]?(?:\s|,)/);
    expect(at(text, 0, "sum(up) > 1", 4)).toMatch(/^up\) > 1/);
  });

  it("is found within a block scalar", () => {
    expect(at(dump(file, { lineWidth: -1 }), 3, "a +\n  sum(b)\n", 6)).toMatch(/^sum\(b\)/);
  });

  it("is where the expression begins, if it is folded", () => {
    const text = "groups:\n- rules:\n  - expr: up\n  - expr: >\n      up\n      + up\n";
    expect(at(text, 1, "up + up\n", 5)).toMatch(/^up\n {6}\+ up/);
  });

  it("is looked for in the text where the file cannot be read as YAML", () => {
    const text = '{\n\t"groups": [{ "rules": [{ "expr": "up" }] }], "x": [\n\t]\n}';
    expect(at(text, 0, "up")).toMatch(/^up/);
  });
});
