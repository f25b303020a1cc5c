import { globSync, readFileSync } from "node:fs";

/** A fenced block of a page. The words behind the language may be `file=NAME`, `inventory`, `tools=A,B`. */
export interface Block {
  readonly page: string;
  /** Line of the opening fence. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

/** Pages whose examples are run, from the project's root. */
export const pages: readonly string[] = ["README.md", ...globSync("docs/guide/*.md").sort()];

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```([a-z]+)([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    language: match[1] ?? "",
    words: (match[2] ?? "").trim().split(/\s+/),
    text: match[3] ?? "",
  }));
}

/** Value of `NAME=…` behind the language. */
export function wordOf(block: Block, name: string): string | undefined {
  return block.words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A command of a console block, and what the page shows of its output. */
export interface Shown {
  readonly command: string;
  /** Undefined where nothing is shown. */
  readonly output: string | undefined;
  readonly exitCode: number;
}

/** Commands begin with `$ `; `(exit N)` at the end of the output is the exit code, 0 where it is left out. */
export function commandsOf({ text }: Block): readonly Shown[] {
  return text
    .split(/^(?=\$ )/m)
    .filter((part) => part.startsWith("$ "))
    .map((part) => {
      const [first = "", ...rest] = part.split("\n");
      const exit = /^\(exit ([0-9]+)\)$/m.exec(part)?.[1] ?? "0";
      const output = rest.filter((line) => !/^\(exit [0-9]+\)$/.test(line)).join("\n");
      return { command: first.slice(2), output: output === "" ? undefined : output, exitCode: Number(exit) };
    });
}

/** What a page shows, as a pattern: `…` on a line of its own stands for any lines, elsewhere for anything on its line. */
export function patternOf(output: string): RegExp {
  const lines = output.trimEnd().split("\n");
  const parts = lines.map((line, index) => {
    if (line.trim() === "…") return "(?:[^\\n]*\\n)*?";
    const text = line
      .split("…")
      .map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join("[^\\n]*");
    return `${text}${index === lines.length - 1 ? "\\n?" : "\\n"}`;
  });
  return new RegExp(`^${parts.join("")}\\n*$`);
}
