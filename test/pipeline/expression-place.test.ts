import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { placeInText } from "../../src/pipeline/expression-place.ts";

/** The text from the place on. */
function at(text: string, expr: string, offset: number, fromLine?: number): string {
  const { line, column } = placeInText(text, expr, offset, fromLine);
  return (text.split("\n")[line - 1] ?? "").slice(column - 1);
}

describe("the place of an expression's offset", () => {
  it("is found in a plain and in a quoted YAML scalar", () => {
    for (const expr of ["up == 0", "sum(rate(x[5m])) > 1", 'a{b="it\'s"} unless c'])
      expect(at(dump({ alert: "A", expr }), expr, expr.length - 1)).toMatch(/^[01c]/);
  });

  it("is found in a block scalar of several lines", () => {
    const expr = "sum(\n  rate(wrong[5m])\n) > 1";
    expect(
      at(dump({ groups: [{ rules: [{ alert: "A", expr }] }] }, { lineWidth: -1 }), expr, expr.indexOf("wrong")),
    ).toMatch(/^wrong/);
  });

  it("is found in JSON", () => {
    const expr = 'up{job="x"} == 0';
    expect(at(JSON.stringify({ targets: [{ expr }] }, undefined, 2), expr, 0)).toMatch(/^up\{/);
  });

  it("is that of the occurrence at or after a line", () => {
    const text = "- expr: up\n- expr: up\n";
    expect(placeInText(text, "up", 0, 2)).toEqual({ line: 2, column: 9 });
  });
});
