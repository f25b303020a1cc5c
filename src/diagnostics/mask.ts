import { isSecretKey } from "./secret-keys.ts";

/** Stands for a secret, whatever its length. */
export const mask = "********";

/** Start and end (exclusive) of a part of a text. */
export type Range = readonly [number, number];

// Texts come from anybody: each pattern begins where a word does, and needs time in proportion to the text's length.
const userinfo = /:\/\/([^\s/@"':]*:[^\s/"']*)@/g;
const token = /[^\s"']+/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g;
const assigned = /(?<![\w.-])([\w.-]+)["']?\s*(?:=\s*|:(?=[^\s,}\]]))(["']?)([^\s,;&]+)/g;
const flag = /(?<![\w.-])([\w.-]+)[ =](?=[^\s,;&])/g;
const spoken = /(?<![\w.-])([\w.-]+)[ \t]+(?=[^\s,:=#{[])/g;
const spokenOf = /pass|secret|token|credential|pwd/i;

/** Parts of a line that give away a secret without any help from its structure: URLs, assignments, comments. */
export function secretsInLine(line: string): Range[] {
  const ranges = secretsInUrls(line);
  for (const match of line.matchAll(privateKey)) ranges.push([match.index, match.index + match[0].length]);
  for (const match of line.matchAll(assigned)) {
    if (isSecretKey(match[1] ?? "") && !isUrlScheme(match[0])) addGroup(ranges, match, 3);
  }
  addValues(ranges, line, {
    pattern: flag,
    end: /[\s,;&]/g,
    isKey: (word) => word.includes("-") && isSecretKey(word.slice(word.indexOf("-")).replace(/^--?/, "")),
  });
  addValues(ranges, line, {
    pattern: spoken,
    end: /[\s,]/g,
    isKey: (word, at) => {
      const key = /^[\s"']?$/.test(line.slice(Math.max(0, at - 1), at)) ? word : afterDash(word);
      return spokenOf.test(key) && isSecretKey(key);
    },
  });
  const comment = line.search(/(^|\s)#/);
  for (const { index, 0: word } of comment < 0 ? [] : line.slice(comment).matchAll(/[\w.-]+/g)) {
    if (!isSecretKey(word)) continue;
    ranges.push([comment + index + word.length, line.length]);
    break;
  }
  return ranges;
}

function secretsInUrls(line: string): Range[] {
  const ranges: Range[] = [];
  for (const match of line.matchAll(userinfo)) addGroup(ranges, match, 1);
  for (const { 0: text, index } of line.matchAll(token)) {
    const scheme = text.indexOf("://");
    const query = scheme < 0 ? -1 : text.indexOf("?", scheme + 3);
    if (query >= 0 && query + 1 < text.length) ranges.push([index + query + 1, index + text.length]);
  }
  return ranges;
}

interface Values {
  /** Ends where a value begins; its group is the word before it. */
  readonly pattern: RegExp;
  /** The first character behind a value. */
  readonly end: RegExp;
  readonly isKey: (word: string, at: number) => boolean;
}

function addValues(ranges: Range[], line: string, { pattern, end, isKey }: Values): void {
  let done = 0;
  for (const { 0: text, 1: word = "", index } of line.matchAll(pattern)) {
    const from = index + text.length;
    if (from < done || !isKey(word, index)) continue;
    end.lastIndex = from;
    done = end.exec(line)?.index ?? line.length;
    ranges.push([from, done]);
  }
}

/** What stands behind the first dash of a word, or nothing. */
function afterDash(word: string): string {
  const dash = word.indexOf("-");
  return dash < 0 ? "" : word.slice(dash + 1);
}

function isUrlScheme(text: string): boolean {
  return /^[\w.-]+:\/\//.test(text);
}

/** The last occurrence of a group within its match; groups here end their match or stand before one character. */
function addGroup(ranges: Range[], match: RegExpExecArray, group: number): void {
  const text = match[group] ?? "";
  const at = match.index + match[0].lastIndexOf(text);
  if (text !== "") ranges.push([at, at + text.length]);
}

/** A sentence in which user, password and query of every URL are masked; for texts that are mostly our own words. */
export function maskUrls(sentence: string): string {
  return masked(sentence, secretsInUrls(sentence)).text;
}

/** A value of the inventory in which everything that looks like a secret is masked. */
export function maskText(text: string): string {
  return text
    .split("\n")
    .map((line) => masked(line, secretsInLine(line)).text)
    .join("\n");
}

export interface Masked {
  readonly text: string;
  /** Where an offset of the line went; the start of the mask for one inside it, its end with `end`. */
  position(offset: number, end?: boolean): number;
}

/** The line with ranges replaced by the mask. Ranges may overlap and reach beyond the line. */
export function masked(line: string, ranges: readonly Range[]): Masked {
  const merged = merge(line, ranges);
  let text = "";
  let from = 0;
  for (const [start, end] of merged) {
    text += line.slice(from, start) + mask;
    from = end;
  }
  text += line.slice(from);
  const position = (offset: number, atEnd = false): number => {
    let shift = 0;
    for (const [start, end] of merged) {
      if (offset <= start) break;
      if (offset < end) return start + shift + (atEnd ? mask.length : 0);
      shift += mask.length - (end - start);
    }
    return offset + shift;
  };
  return { text, position };
}

function merge(line: string, ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  const clipped = ranges.map(([start, end]): Range => [Math.max(0, start), Math.min(line.length, end)]);
  for (const [start, end] of clipped.filter(([a, b]) => a < b).sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
