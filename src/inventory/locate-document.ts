import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";
import type { Range } from "../diagnostics/mask.ts";
import type { Path } from "../diagnostics/path.ts";
import type { Problem } from "../diagnostics/problem.ts";
import { isSecretPath, takesReference } from "../diagnostics/secret-keys.ts";
import { isHidden } from "./locate-secrets.ts";

/**
 * Reads a text again, with positions, that `readInventory` accepts. The only module that loads `yaml`: it takes 22 ms
 * to load and six times as long to read.
 */
export function parsePlaced(text: string): Document.Parsed {
  return parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    stringKeys: true,
    // `readInventory` refuses them already, in less than the quadratic time that this check takes.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
}

/** One step of the way down a path. */
interface Entry {
  readonly key: Range | undefined;
  readonly value: Node | undefined;
}

/** Finds what stands at a path of a document as a range of its text. */
export class Places {
  readonly #document: Document;
  readonly #entries = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>();

  constructor(document: Document) {
    this.#document = document;
  }

  /**
   * `value`: the value; of a block map or list, and of an empty value, the key. `key`: the key. `parent`: the key of
   * the deepest object of the path that is written. A path leads through an alias into its anchor.
   */
  of(path: Path, at: Problem["at"]): Range {
    let here: Entry = { key: undefined, value: this.#document.contents ?? undefined };
    for (const step of path) {
      const next = this.#step(here.value, step);
      if (next === undefined) return here.key ?? head(here.value);
      here = next;
    }
    return at === "value" ? valueRange(here) : (here.key ?? head(here.value));
  }

  #step(value: Node | undefined, step: string | number): Entry | undefined {
    const node = isAlias(value) ? value.resolve(this.#document) : value;
    if (isMap(node)) return this.#entriesOf(node).get(String(step));
    if (!isSeq(node)) return undefined;
    const item = node.items[Number(step)];
    return isNode(item) ? { key: undefined, value: item } : undefined;
  }

  #entriesOf(map: YAMLMap): ReadonlyMap<string, Entry> {
    const cached = this.#entries.get(map);
    if (cached !== undefined) return cached;
    const entries = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      if (!isScalar(key)) continue;
      entries.set(String(key.value), { key: rangeOf(key), value: isNode(value) ? value : undefined });
    }
    this.#entries.set(map, entries);
    return entries;
  }
}

function valueRange({ key, value }: Entry): Range {
  const range = rangeOf(value);
  if (key === undefined) return isCollection(value) && value.flow !== true ? head(value) : (range ?? [0, 1]);
  if (range === undefined || range[1] <= range[0]) return key;
  return isCollection(value) && value.flow !== true ? key : range;
}

/** The first thing that is written of a node. */
function head(node: Node | undefined): Range {
  const [start, end] = rangeOf(node) ?? [0, 1];
  if (!isCollection(node)) return [start, Math.max(end, start + 1)];
  if (node.flow === true) return [start, start + 1];
  const first: unknown = node.items[0];
  if (isMap(node)) return rangeOf(node.items[0]?.key) ?? [start, start + 1];
  return isNode(first) ? head(first) : [start, start + 1];
}

function rangeOf(node: unknown): Range | undefined {
  if (!isNode(node) || node.range === undefined || node.range === null) return undefined;
  const [start, end] = node.range;
  return [start, end];
}

/** Every range of a well-formed text that holds a secret or a part of one. */
export function secretRanges(document: Document, text: string): Range[] {
  const ranges: Range[] = [];
  const hide = (node: Node): void => {
    const range = rangeOf(node);
    if (range === undefined) return;
    // A name of an anchor under a key for secrets was perhaps meant to be the secret.
    const anchor = "anchor" in node && node.anchor !== undefined ? text.lastIndexOf(`&${node.anchor}`, range[0]) : -1;
    const start = anchor < 0 ? range[0] : anchor;
    if (range[1] > start) ranges.push([start, range[1]]);
  };
  const collect = (node: unknown, path: readonly (string | number)[]): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const below = [...path, isScalar(key) ? String(key.value) : "?"];
        // Under a secret even a key can be the secret: `password: { hunter2 }`.
        if (isScalar(key) && takesReference(path) && isSecretPath(below)) hide(key);
        collect(value, below);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) collect(item, [...path, index]);
    } else if (isAlias(node)) {
      if (!isSecretPath(path)) return;
      hide(node);
      const meant = node.resolve(document);
      if (meant !== undefined) hide(meant);
    } else if (isScalar(node) && isHidden(path, node.source ?? node.value)) hide(node);
  };
  collect(document.contents, []);
  return ranges;
}
