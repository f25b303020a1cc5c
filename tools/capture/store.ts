import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { differenceOf } from "./difference.ts";

const biome = fileURLToPath(new URL("../../node_modules/.bin/biome", import.meta.url));

/** Writes a file of the catalog as a whole or not at all, and tells what has changed in it, one line each. */
export function store(path: string, content: object): readonly string[] {
  const file = fileURLToPath(new URL(`../../src/catalog/${path}`, import.meta.url));
  const before: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const text = formatted(print(content), file);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  return differenceOf(before, content);
}

/** One family per line; the project's formatter gives it its final shape. */
function print(content: object): string {
  const lines = Object.entries(content).map(([key, value]) => `${JSON.stringify(key)}: ${printValue(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function printValue(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${JSON.stringify(inner)}`);
  return `{\n${lines.join(",\n")}\n}`;
}

function formatted(text: string, file: string): string {
  const { status, stdout, stderr } = spawnSync(biome, ["format", `--stdin-file-path=${file}`], {
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${file} cannot be formatted: ${stderr}`);
  return stdout;
}
