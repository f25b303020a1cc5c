import type { Path } from "../../src/diagnostics/path.ts";

/** Paths of all texts of a value, without the keys of maps. */
export function textsOf(value: unknown, path: Path = []): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

/** The value with other texts at some paths, by their text form (`JSON.stringify`). */
export function withTexts(value: unknown, texts: ReadonlyMap<string, string>, path: Path = []): unknown {
  const here = texts.get(JSON.stringify(path));
  if (here !== undefined) return here;
  if (Array.isArray(value)) return value.map((item, index) => withTexts(item, texts, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withTexts(inner, texts, [...path, key])]),
  );
}

/** Paths of all maps, each with its keys. */
export function mapsOf(
  value: unknown,
  path: Path = [],
): readonly { readonly path: Path; readonly keys: readonly string[] }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => mapsOf(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return [
    { path, keys: Object.keys(value) },
    ...Object.entries(value).flatMap(([key, inner]) => mapsOf(inner, [...path, key])),
  ];
}
