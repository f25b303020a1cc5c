import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const catalog = fileURLToPath(new URL("../../src/catalog/", import.meta.url));

/** The folder of a kind, with its `/`. */
export function folderOf(kind: string): string {
  return `${catalog}${kind}/`;
}

/** A file of a kind's folder; empty where there is none, which another test tells. */
export function readOf(kind: string, file: string): string {
  const path = `${folderOf(kind)}${file}`;
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** What stands under a heading, up to the next one of the same or a higher level; undefined where there is no such heading. */
export function sectionOf(text: string, heading: string): string | undefined {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^(#+) /.exec(line)?.[1]?.length ?? 99) <= level);
  return (end < 0 ? rest : rest.slice(0, end)).join("\n").trim();
}
