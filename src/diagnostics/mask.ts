import { isSecretKey } from "./secret-keys.ts";

/** Stands for a secret, whatever its length. */
export const mask = "********";

/** Start and end (exclusive) of a part of a text. */
export type Range = readonly [number, number];

const userinfo = /:\/\/([^\s/@"']*:[^\s/"']*)@/g;
const query = /:\/\/[^\s?"']*\?([^\s"']+)/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g;
const assigned = /([\w.-]+)["']?\s*(?:=\s*|:(?=[^\s,}\]]))(["']?)([^\s,;&]+)/g;
const flag = /--?([\w.-]+)[ =]([^\s,;&]+)/g;
const spoken = /(?:^|[\s"'-])([\w.-]*(?:pass|secret|token|credential|pwd)[\w.-]*)[ \t]+([^\s,:=#{[][^\s,]*)/gi;

/** A pattern, and which of its groups is the secret; the first one is the key. */
const groups = [
  [assigned, 3],
  [flag, 2],
  [spoken, 2],
] as const;

/** Parts of a line that give away a secret without any help from its structure: URLs, assignments, comments. */
export function secretsInLine(line: string): Range[] {
  const ranges = secretsInUrls(line);
  for (const match of line.matchAll(privateKey)) ranges.push([match.index, match.index + match[0].length]);
  for (const [pattern, group] of groups) {
    for (const match of line.matchAll(pattern)) {
      const key = match[1] ?? "";
      if (isSecretKey(key) && !isUrlScheme(match[0])) addGroup(ranges, match, group);
    }
  }
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
  for (const pattern of [userinfo, query]) {
    for (const match of line.matchAll(pattern)) addGroup(ranges, match, 1);
  }
  return ranges;
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
