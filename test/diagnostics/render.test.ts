import { describe, expect, test } from "vitest";
import { jsonProblem } from "../../src/diagnostics/json.ts";
import type { Diagnostic } from "../../src/diagnostics/problem.ts";
import { renderLine, renderPretty, renderSummary } from "../../src/diagnostics/render.ts";

const unknownHost: Diagnostic = {
  file: "inventory.yaml",
  line: 18,
  column: 13,
  severity: "error",
  code: "unknown-reference",
  path: "services.cache.hosts[0]",
  message: 'service "cache" runs on "web3", which is not in hosts',
  hint: "write web2, or add web3 under hosts with an address",
  excerpt: { text: "    hosts: [web3]", width: 4, start: 12 },
};

const hiddenCharacters = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe("pretty", () => {
  test("shows message, place, excerpt with caret, and fix", () => {
    expect(renderPretty(unknownHost)).toBe(
      [
        'error[unknown-reference]  service "cache" runs on "web3", which is not in hosts',
        "  --> inventory.yaml:18:13",
        "   18 |     hosts: [web3]",
        "      |             ^^^^",
        "  fix: write web2, or add web3 under hosts with an address",
      ].join("\n"),
    );
  });

  test("puts the caret by the column where the excerpt does not say where", () => {
    const { excerpt: _, ...rest } = unknownHost;
    const shown = renderPretty({ ...rest, excerpt: { text: "    hosts: [web3]", width: 4 } });
    expect(shown).toBe(renderPretty(unknownHost));
  });

  test("counts wide characters as two columns and combining marks as none", () => {
    const text = "  名e\u0301: 值";
    const lines = renderPretty({ ...unknownHost, excerpt: { text, start: 7, width: 1 } }).split("\n");
    expect(lines[2]).toBe(`   18 | ${text}`);
    expect(lines[3]).toBe("      |        ^^");
  });

  test("names the inventory line behind a generated file", () => {
    const because = { file: "inventory.yaml", line: 3, column: 1, path: "services.web" };
    expect(renderPretty({ ...unknownHost, because })).toContain("because of inventory.yaml:3:1 (services.web)");
  });

  test("has colours only where they are asked for", () => {
    expect(renderPretty(unknownHost)).not.toContain("\u001b");
    expect(renderPretty(unknownHost, { color: true })).toContain("\u001b[1;31merror[unknown-reference]\u001b[0m");
  });

  test("shows no control or direction character of the input", () => {
    const evil = "a\u001b[31m\u202eb\u0000\nc";
    const shown = renderPretty({
      ...unknownHost,
      file: evil,
      message: evil,
      hint: evil,
      excerpt: { text: evil, start: 0, width: 99 },
    });
    for (const line of shown.split("\n")) expect(line).not.toMatch(hiddenCharacters);
    expect(shown.split("\n")).toHaveLength(5);
  });
});

describe("line", () => {
  test("is file:line:column severity code: message; hint", () => {
    const { hint: _, ...without } = unknownHost;
    expect(renderLine(unknownHost)).toBe(
      'inventory.yaml:18:13 error unknown-reference: service "cache" runs on "web3", which is not in hosts; write web2, or add web3 under hosts with an address',
    );
    expect(renderLine(without)).toBe(
      'inventory.yaml:18:13 error unknown-reference: service "cache" runs on "web3", which is not in hosts',
    );
  });

  test("stays one line without hidden characters, whatever the input", () => {
    const shown = renderLine({ ...unknownHost, message: "a\r\nb\u2028c\u202ed\u0085", hint: "\u001b[2J\t" });
    expect(shown).not.toMatch(hiddenCharacters);
    expect(shown).toContain("a\\r\\nb\\u2028c\\u202ed\\u0085; \\u001b[2J\\t");
  });
});

describe("JSON", () => {
  test("has the contract's keys and no excerpt", () => {
    expect(jsonProblem(unknownHost)).toEqual({
      file: "inventory.yaml",
      line: 18,
      column: 13,
      severity: "error",
      code: "unknown-reference",
      path: "services.cache.hosts[0]",
      message: 'service "cache" runs on "web3", which is not in hosts',
      hint: "write web2, or add web3 under hosts with an address",
    });
  });

  test("leaves the hint out where there is none", () => {
    const { hint: _, ...without } = unknownHost;
    expect(Object.keys(jsonProblem(without))).not.toContain("hint");
  });

  test("holds no hidden characters", () => {
    const shown = JSON.stringify(jsonProblem({ ...unknownHost, path: "a.\u202eb", message: "x\u0000\u2066" }));
    expect(shown).not.toMatch(hiddenCharacters);
  });
});

describe("summary", () => {
  const warning: Diagnostic = { ...unknownHost, severity: "warning", code: "same-rack" };
  test.each([
    ["2 errors, 1 warning", [unknownHost, warning, unknownHost]],
    ["1 error", [unknownHost]],
    ["2 warnings", [warning, warning]],
    ["no problems", []],
  ])("says %s", (text, diagnostics) => {
    expect(renderSummary(diagnostics)).toBe(text);
  });
});
