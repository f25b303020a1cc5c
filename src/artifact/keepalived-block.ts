import type { Path } from "../diagnostics/path.ts";
import type { Origin } from "./artifact.ts";
import { printComment } from "./comment.ts";

/** A statement of keepalived's config: its words, and what stands in its braces. */
export interface KeepalivedBlock {
  readonly words: readonly (string | number)[];
  readonly block?: readonly KeepalivedBlock[];
  /** Inventory path behind it and all that stands in it, unless that has one of its own. */
  readonly source?: Path;
}

/**
 * keepalived's config with the origin of each statement. A word has only characters that its reader takes as they are:
 * blanks part words, `!` and `#` begin comments, `$`, `~`, `@`, `{`, `}`, quotes and backslashes have meanings of their
 * own. There is a way to quote some of them, and nothing that we write needs it: any other word is an error of ours.
 * https://www.keepalived.org/manpage.html ("Quoted strings", "Configuration parser")
 */
export function printKeepalived(
  blocks: readonly KeepalivedBlock[],
  header: readonly string[],
): { readonly content: string; readonly origins: readonly Origin[] } {
  const lines: string[] = printComment(header).split("\n").slice(0, -1);
  const origins: Origin[] = [];
  for (const block of blocks) {
    lines.push("");
    print(block, { indent: "", lines, origins });
  }
  return { content: `${lines.join("\n")}\n`, origins };
}

interface Page {
  readonly indent: string;
  readonly lines: string[];
  readonly origins: Origin[];
}

/** The origin of a block comes before those of its statements, so that the innermost is the last. */
function print({ words, block, source }: KeepalivedBlock, { indent, lines, origins }: Page): void {
  const inner: Page = { indent: `${indent}    `, lines: [], origins: [] };
  if (/^include/.test(String(words[0]))) throw new Error("a statement cannot begin with include");
  const text = indent + words.map(keepalivedWord).join(" ");
  for (const statement of block ?? []) print(statement, inner);
  const own = block === undefined ? [text] : [`${text} {`, ...inner.lines, `${indent}}`];
  const from = lines.length + 1;
  if (source !== undefined) origins.push({ from, to: from + own.length - 1, source });
  for (const each of inner.origins) origins.push({ ...each, from: each.from + from, to: each.to + from });
  lines.push(...own);
}

/** What stands for itself wherever it stands. */
const plainWord = /^[A-Za-z0-9_.:/+-][A-Za-z0-9_.:/+,=%@-]{0,254}$/;

/** A word as it is printed; throws where keepalived would read it as something else. */
export function keepalivedWord(word: string | number): string {
  const text = String(word);
  if (!plainWord.test(text)) throw new Error(`${JSON.stringify(text)} is no word of a keepalived config`);
  return text;
}
