import type { Path } from "../diagnostics/path.ts";
import type { Origin } from "./artifact.ts";
import { printComment } from "./comment.ts";

/** A directive of ModSecurity (`SecRuleEngine On`), with the inventory path that caused it. */
export interface SecDirective {
  readonly name: string;
  readonly args: readonly string[];
  readonly source?: Path;
  /** Lines of comment above it. */
  readonly comment?: string;
}

/** A ModSecurity config under a comment, a directive a line. Throws on a line break, NUL or a double quote in an argument. */
export function printModsecurity(
  directives: readonly SecDirective[],
  header: readonly string[],
): { readonly content: string; readonly origins: readonly Origin[] } {
  const origins: Origin[] = [];
  let content = printComment(header);
  let line = header.length + 1;
  for (const { name, args, source, comment } of directives) {
    const text = `${comment === undefined ? "" : remark(comment)}${[name, ...args.map(printArgument)].join(" ")}\n`;
    const lines = text.split("\n").length - 1;
    if (source !== undefined) origins.push({ from: line, to: line + lines - 1, source });
    content += text;
    line += lines;
  }
  return { content, origins };
}

/** Where a comment begins with a directive and ends with a backslash, ModSecurity takes the next line into it too. */
function remark(comment: string): string {
  return printComment([/^\s*Sec/.test(comment) ? `- ${comment}` : comment]);
}

function printArgument(argument: string): string {
  if (/[\0\r\n"]/.test(argument)) throw new Error(`ModSecurity cannot write ${JSON.stringify(argument)}`);
  return /^[\w./*-]+$/.test(argument) ? argument : `"${argument}"`;
}

/** A regular expression that matches exactly this text; every byte that could mean something stands as a number. */
export function secPattern(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9/_]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}
