/**
 * Offset of the innermost quote or bracket that is still open at `end`, by a forgiving look at the text: it has to
 * work on what is no YAML. Quotes and, outside of brackets, brackets count only where a value can begin.
 */
export function openAt(text: string, end: number): number | undefined {
  const brackets: number[] = [];
  /** The last character that is no blank, and whether blanks came after it. */
  let last = "\n";
  let spaced = true;
  let at = 0;
  while (at < end) {
    const character = text[at] ?? "";
    if (character === " " || character === "\t" || character === "\r") {
      spaced = true;
      at++;
      continue;
    }
    const starts = canStart(last, spaced, brackets.length > 0);
    let next = at + 1;
    if (character === "#" && (spaced || last === "\n")) next = endOfLine(text, at);
    else if ((character === '"' || character === "'") && starts) {
      const close = closing(text, at, end);
      if (close === undefined) return at;
      next = close + 1;
    } else if ((character === "|" || character === ">") && starts && brackets.length === 0) next = endOfBlock(text, at);
    else if ((character === "[" || character === "{") && starts) brackets.push(at);
    else if (character === "]" || character === "}") brackets.pop();
    last = character === "#" || next > at + 1 ? (text[next - 1] ?? "\n") : character;
    spaced = false;
    at = next;
  }
  return brackets.at(-1);
}

/** Whether a value can begin after this character. */
function canStart(last: string, spaced: boolean, inFlow: boolean): boolean {
  if (last === "\n") return true;
  if (inFlow) return last === "," || last === "[" || last === "{" || last === ":";
  return spaced && (last === ":" || last === "-" || last === "?");
}

function closing(text: string, open: number, end: number): number | undefined {
  const mark = text[open];
  for (let at = open + 1; at < end; at++) {
    if (mark === '"' && text[at] === "\\") at++;
    else if (mark === "'" && text[at] === "'" && text[at + 1] === "'") at++;
    else if (text[at] === mark) return at;
  }
  return undefined;
}

/** Past a block scalar: the lines that are indented deeper than the one that it begins on. */
function endOfBlock(text: string, at: number): number {
  const indent = indentOf(text, text.lastIndexOf("\n", at - 1) + 1);
  let next = endOfLine(text, at) + 1;
  while (next < text.length) {
    const lineIndent = indentOf(text, next);
    const blank = /[\r\n]/.test(text[next + lineIndent] ?? "\n");
    if (!blank && lineIndent <= indent) break;
    next = endOfLine(text, next) + 1;
  }
  return next;
}

function indentOf(text: string, lineStart: number): number {
  let at = lineStart;
  while (text[at] === " ") at++;
  return at - lineStart;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
