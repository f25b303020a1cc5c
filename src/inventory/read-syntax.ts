import { limits } from "./limits.ts";
import type { Flaw } from "./read-flaw.ts";
import { openAt } from "./read-open.ts";

type Finding = { readonly offset: number; readonly length: number; readonly message: string; readonly hint: string } & {
  readonly mentions?: number;
};

/**
 * The parser's complaint in our words, at the place where the mistake was made rather than where it was noticed.
 * `reason` is only compared: it may hold parts of the text.
 */
export function syntaxFlaw(text: string, reason: string, position: number): Flaw {
  const at = Math.min(position, text.length);
  if (reason.startsWith("nesting exceeded")) {
    const message = `maps and lists are nested more than ${limits.depth} deep`;
    const hint = "no section of an inventory is nested as deeply";
    return { code: "yaml-limits", offset: at, length: 1, path: [], message, hint };
  }
  const finding = unclosed(text, at, reason) ?? reasons.find(([part]) => reason.includes(part))?.[1](text, at);
  return { code: "yaml-syntax", path: [], ...(finding ?? elsewhere(text, at)) };
}

const reasons: readonly (readonly [string, (text: string, at: number) => Finding | undefined])[] = [
  ["tab characters", (_text, at) => tab(at)],
  ["multiline key", (text, at) => withoutColon(text, at)],
  ["expected ':'", (text, at) => withoutColon(text, at)],
  ["bad indentation", (text, at) => secondColon(text, at) ?? indicator(text, at) ?? badIndentation(text, at)],
  ["deficient indentation", (text, at) => badIndentation(text, at)],
  ["separator is expected", (text, at) => unopened(text, at) ?? withoutColon(text, at)],
  ["whitespace character is expected", (_text, at) => noSpace(at - 1)],
  ["missed comma", (_text, at) => simple(at, "a comma is missing before this", "put a comma between two entries")],
  ["but found ','", (_text, at) => simple(at, "a comma has no entry before it", "remove it")],
  ["escape", (_text, at) => simple(at, "a backslash is followed by no known escape", "double it, or quote with '…'")],
  [
    "hexadecimal",
    (_text, at) => simple(at, "an escape lacks hexadecimal digits", "double the backslash, or quote with '…'"),
  ],
  ["tag", (_text, at) => simple(at, "a tag cannot be read", "remove it; a text that begins with ! needs quotes")],
  ["anchor", (_text, at) => simple(at, "an anchor cannot be read", "a text that begins with & needs quotes")],
  ["alias", (_text, at) => simple(at, "an alias cannot be read", "a text that begins with * needs quotes")],
  [
    "irective",
    (_text, at) => simple(at, "a directive cannot be read", "remove the line; a text that begins with % needs quotes"),
  ],
];

function simple(offset: number, message: string, hint: string): Finding {
  return { offset, length: 1, message, hint };
}

function tab(offset: number): Finding {
  return simple(offset, "a tab stands where YAML indents", "indent with spaces");
}

function noSpace(offset: number): Finding {
  return simple(offset, "a colon is not followed by a space", "put a space after it, or quote the text");
}

/** A quote or bracket that is still open where the parser gave up. */
function unclosed(text: string, at: number, reason: string): Finding | undefined {
  if (reason.includes("escape") || reason.includes("hexadecimal") || reason.includes("tab characters"))
    return undefined;
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const tabAt = reason.includes("deficient") ? line.lastIndexOf("\t") : -1;
  if (tabAt >= 0) return simple(at - line.length + tabAt, "a tab stands between values", "write a space instead");
  const open = openAt(text, at);
  if (open === undefined) return undefined;
  const mark = text[open] ?? "";
  if (mark === '"' || mark === "'") return simple(open, `a text in ${mark} is not closed`, `close it with ${mark}`);
  const close = mark === "[" ? "]" : "}";
  const sameLine = !text.slice(open, at).includes("\n");
  if (reason.includes("deficient") && text[at] === close) {
    return simple(
      at,
      `the closing ${close} is not indented`,
      "indent it deeper than the key that the value belongs to",
    );
  }
  if (reason.includes("deficient") || reason.includes("end of the stream")) {
    return simple(open, `${mark} is not closed`, `close it with ${close}, and indent what stands between`);
  }
  if (!reason.includes("missed comma")) return undefined;
  if (text[at] === "]" || text[at] === "}") {
    return simple(at, `${mark} is closed with ${text[at]}`, `write ${close}`);
  }
  const message = `a comma or the closing ${close} is missing before this`;
  const hint = `put a comma between two entries, or close with ${close}`;
  return sameLine
    ? simple(at, message, hint)
    : { ...simple(at, `${message}; ${mark} stands on {line}`, hint), mentions: open };
}

function unopened(text: string, at: number): Finding | undefined {
  const mark = text[at];
  if (mark !== "]" && mark !== "}") return undefined;
  return simple(at, `${mark} closes nothing`, "remove it");
}

/** The line above or at the place that should be `key: value` and is not. */
function withoutColon(text: string, at: number): Finding | undefined {
  let end = lineEnd(text, at);
  for (let lines = 0; lines < 4 && end > 0; lines++) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = lineOf(text, start).replace(/\s+#.*$|\r$/, "");
    const indent = line.length - line.trimStart().length;
    const tight = /^[\s-]*[\w-]+:(?=\S)/.exec(line);
    if (tight !== null) return noSpace(start + tight[0].length - 1);
    if (line.trim() !== "" && !line.trimStart().startsWith("#") && !/:(\s|$)/.test(line)) {
      const offset = start + indent;
      const message = "this line has neither a key with a colon nor a dash";
      return { ...simple(offset, message, "write it as key: value"), length: Math.max(1, line.trim().length) };
    }
    end = start - 1;
  }
  return secondColon(text, at);
}

function secondColon(text: string, at: number): Finding | undefined {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const line = lineOf(text, start);
  const match = /^[^"'#]*?:\s+[^"'#[{]*?(:)(?:\s|$)/.exec(line);
  if (match === null) return unopened(text, at);
  const message = "a second colon stands in one line";
  return simple(start + match[0].trimEnd().length - 1, message, 'quote a value that holds ": ", or begin a new line');
}

function badIndentation(text: string, at: number): Finding {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const line = lineOf(text, start);
  const indent = line.length - line.trimStart().length;
  if (/^ *\t/.test(line)) return tab(start + line.indexOf("\t"));
  const aboveStart = text.lastIndexOf("\n", start - 2) + 1;
  const above = start === 0 ? "" : lineOf(text, aboveStart);
  const tight = /^[ -]*[\w-]+:(?=[^\s/])/.exec(above);
  if (tight !== null) return noSpace(aboveStart + tight[0].length - 1);
  const behindKey = /^[\w.-]+$/.test(text.slice(start + indent, at)) && text[at] === ":";
  if (at > start + indent && !behindKey) {
    const hint = "begin a new line, or put the value in quotes";
    return simple(at, "this does not fit behind what stands before it on the line", hint);
  }
  const message = "this line does not fit the lines above by its indentation";
  return simple(start + indent, message, "indent it as its siblings are");
}

function indicator(text: string, at: number): Finding | undefined {
  const mark = text[at];
  if (mark !== "@" && mark !== "`" && mark !== "%") return undefined;
  return simple(at, `a text may not begin with ${mark}`, "put it in quotes");
}

function elsewhere(text: string, at: number): Finding {
  const marked = indicator(text, at);
  if (marked !== undefined) return marked;
  const line = /^ *\t/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1, at + 1));
  if (line !== null) return tab(text.lastIndexOf("\n", at - 1) + line[0].length);
  return (
    unopened(text, at) ?? simple(at, "this is not YAML", "look for a missing quote, bracket or colon here or above")
  );
}

/** The line from its start, cut where a search through it would take long. */
function lineOf(text: string, start: number): string {
  return text.slice(start, Math.min(lineEnd(text, start), start + 2000));
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
