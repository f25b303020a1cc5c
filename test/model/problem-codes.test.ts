import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { severities } from "../../src/diagnostics/codes.ts";
import { edited, problemsIn, readCase } from "./problem-case.ts";

const root = fileURLToPath(new URL("problem-codes/", import.meta.url));
const files = globSync("*/*.yaml", { cwd: root }).sort();
const isRight = (file: string): boolean => file.includes("/right-");
const contract = readFileSync(new URL("../../docs/contract.md", import.meta.url), "utf8");

describe.each(files.filter((file) => !isRight(file)))("%s", (file) => {
  const { text, expected, hint, edits } = readCase(readFileSync(root + file, "utf8"));

  it("is reported with its code at its place, and nothing else is", async () => {
    const found = await problemsIn(text);
    expect(found.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`)).toEqual([
      expected,
    ]);
    expect(found[0]?.hint ?? "").toBe(hint);
    expect(found[0]?.code).toBe(file.split("/")[0]);
  });

  it("is gone when its hint is followed", async () => {
    expect(edits.length).toBeGreaterThan(0);
    expect(await problemsIn(edited(text, edits))).toEqual([]);
  });
});

it.each(files.filter(isRight))("%s is nothing to report", async (file) => {
  expect(await problemsIn(readFileSync(root + file, "utf8"))).toEqual([]);
});

it("every code of the inventory has two different mistakes at least", () => {
  const section = contract.slice(contract.indexOf("## Problems"), contract.indexOf("Findings on expressions"));
  const codes = Object.keys(severities).filter((code) => section.includes(`\`${code}\``));
  const counts = codes.map((code) => [
    code,
    files.filter((file) => file.startsWith(`${code}/`) && !isRight(file)).length,
  ]);
  expect(codes.length).toBeGreaterThan(30);
  expect(counts.filter(([, count]) => Number(count) < 2)).toEqual([]);
});
