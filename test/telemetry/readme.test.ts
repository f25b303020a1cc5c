import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const readme = readFileSync("packages/telemetry/README.md", "utf8");
const sources = globSync("packages/telemetry/src/**/*.ts").map((file) => readFileSync(file, "utf8"));

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:TELEMETRY|OTEL)_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([name]) => name);
}

describe("the README of the telemetry library", () => {
  it("names every variable that the library reads", () => {
    const read = new Set(sources.flatMap(namesIn));
    const told = new Set(namesIn(readme));
    // Put together from a prefix and the rest.
    const prefixes = ["OTEL_BSP", "OTEL_NODE", "OTEL_EXPORTER_OTLP", "OTEL_EXPORTER_OTLP_TRACES"];
    expect([...read].filter((name) => !told.has(name) && !prefixes.includes(name))).toEqual([]);
  });

  it("names no variable of the library's own that nobody reads", () => {
    const read = new Set(sources.flatMap(namesIn));
    expect(namesIn(readme).filter((name) => name.startsWith("TELEMETRY_") && !read.has(name))).toEqual([]);
  });
});
