import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** A directive with its arguments, quotes taken off, and what stands in its braces. */
export interface ConfigNode {
  readonly name: string;
  readonly args: readonly string[];
  readonly children: readonly ConfigNode[];
}

/** A config as nginx reads it: files that are included stand where they are included. */
export interface ConfigTree {
  readonly nodes: readonly ConfigNode[];
  readonly files: readonly string[];
}

/** Deeper includes are a circle. */
const maxDepth = 16;

/** Reads a config of nginx with everything it includes. Throws what the file system throws. */
export function readNginxConfig(file: string): ConfigTree {
  const files: string[] = [];
  const folder = dirname(file);
  const read = (path: string, depth: number): readonly ConfigNode[] => {
    files.push(path);
    return withIncludes(parseNginxConfig(readFileSync(path, "utf8")), depth);
  };
  const withIncludes = (nodes: readonly ConfigNode[], depth: number): readonly ConfigNode[] =>
    nodes.flatMap((node) => {
      const [pattern] = node.args;
      if (node.name !== "include" || pattern === undefined)
        return [{ ...node, children: withIncludes(node.children, depth) }];
      if (depth >= maxDepth) return [];
      return filesOf(resolve(folder, pattern)).flatMap((path) => read(path, depth + 1));
    });
  return { nodes: read(file, 0), files };
}

/** Files of a path, or of a pattern with wildcards in its last part, sorted. A pattern may match none. */
export function filesOf(pattern: string): readonly string[] {
  const folder = dirname(pattern);
  const name = basename(pattern);
  if (!/[*?[]/.test(name)) return [pattern];
  if (!existsSync(folder)) return [];
  const matched = new RegExp(
    `^${name.replaceAll(/\[[^\]]+\]|[\s\S]/g, (part) => {
      if (part.length > 1) return part.replace("[!", "[^");
      return part === "*" ? ".*" : part === "?" ? "." : part.replace(/[$()+.\\^{|}[\]]/, "\\$&");
    })}$`,
  );
  return readdirSync(folder)
    .filter((each) => !each.startsWith(".") && matched.test(each))
    .sort()
    .map((each) => join(folder, each));
}

/** Words, quoted words, braces, semicolons; comments are passed over. */
const token =
  /#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([{};])|((?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}\\])+)/g;

/** The directives of a text. What is not closed ends with the text. */
export function parseNginxConfig(text: string): readonly ConfigNode[] {
  const root: ConfigNode[] = [];
  const open: ConfigNode[][] = [root];
  let words: string[] = [];
  const end = (children: ConfigNode[]): void => {
    const [name, ...args] = words;
    if (name !== undefined) open.at(-1)?.push({ name, args, children });
    words = [];
  };
  for (const [whole, double, single, mark, word] of text.matchAll(token)) {
    if (mark === "{") {
      const children: ConfigNode[] = [];
      end(children);
      open.push(children);
    } else if (mark === "}") {
      if (open.length > 1) open.pop();
      words = [];
    } else if (mark === ";") end([]);
    else if (!whole.startsWith("#")) words.push((double ?? single ?? word ?? "").replaceAll(/\\(["'\\])/g, "$1"));
  }
  return root;
}
