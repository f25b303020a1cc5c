import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { captures } from "../../tools/capture/captures.ts";
import { differenceOf } from "../../tools/capture/difference.ts";
import { debian, maven, missing } from "../../tools/capture/needs.ts";

describe("what a capture needs", () => {
  it("is told with the instruction that brings it, for programs and for files", () => {
    const needs = [debian("no-such-program", "its-package"), maven("/nowhere/agent.jar", "group:agent:1.0.1")];
    expect(missing(needs)).toEqual([
      "no-such-program is missing: apt-get install its-package",
      "/nowhere/agent.jar is missing: apt-get install maven, then mvn dependency:get -Dtransitive=false -Dartifact=group:agent:1.0.1",
    ]);
  });

  it("is not told where it is here", () => {
    expect(missing([debian("sh"), debian(import.meta.filename)])).toEqual([]);
  });

  it("is listed by name in what the README says of each capture", () => {
    const readme = readFileSync("README.md", "utf8");
    const paragraph = readme.split("\n").find((line) => line.startsWith("**Captures.**")) ?? "";
    const kinds = Object.values(captures).flatMap(({ files }) => files.map((file) => file.split("/")[0] ?? ""));
    expect(kinds.filter((kind) => !new RegExp(`\\b${kind}\\b`).test(paragraph))).toEqual([]);
  });
});

describe("the difference between two captures", () => {
  const before = {
    version: "1.0.0",
    flags: ["--a"],
    families: { a: { type: "gauge" }, b: { type: "counter", labels: ["x"] }, c: { type: "gauge" } },
  };

  it("is empty where they say the same, in whatever order", () => {
    const { version, flags, families } = before;
    const { a, b, c } = families;
    expect(differenceOf(before, { families: { c, b, a }, flags, version })).toEqual([]);
  });

  it("names what is gone, new and changed", () => {
    const after = {
      version: "1.1.0",
      flags: [],
      families: { a: { type: "gauge" }, b: { type: "counter", labels: ["x", "y"] }, d: { type: "gauge" } },
    };
    expect(differenceOf(before, after)).toEqual([
      '~ families.b: {"type":"counter","labels":["x"]} → {"type":"counter","labels":["x","y"]}',
      "- families.c",
      "+ families.d",
      '~ flags: ["--a"] → []',
      '~ version: "1.0.0" → "1.1.0"',
    ]);
  });
});
