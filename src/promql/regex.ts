/**
 * Prometheus' regular expressions are Go's (RE2), fully anchored. This checks their syntax and translates what
 * JavaScript writes otherwise.
 *
 * https://pkg.go.dev/regexp/syntax
 */
export type Pattern =
  | { readonly kind: "valid"; readonly matches: (value: string) => boolean }
  /** Valid, but with something that JavaScript cannot do, so that nothing is known of what it matches. */
  | { readonly kind: "opaque" }
  | { readonly kind: "invalid"; readonly reason: string };

const known = new Map<string, Pattern>();
const posix: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@[-`{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** Reads a pattern as a matcher does: it has to match the whole value. Results are remembered. */
export function readPattern(source: string): Pattern {
  const before = known.get(source);
  if (before !== undefined) return before;
  const pattern = translate(source);
  known.set(source, pattern);
  return pattern;
}

/** The values of a pattern that only lists them (`a|b|c`), with escaped dots and the like; undefined otherwise. */
export function alternatives(source: string): readonly string[] | undefined {
  if (!/^(?:[^\\.+*?()[\]{}^$]|\\[.+*?()[\]{}^$|/@:-])*$/.test(source)) return undefined;
  return source.split(/(?<!\\)\|/).map((one) => one.replace(/\\(.)/g, "$1"));
}

/** The text as a pattern that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

class Invalid extends Error {}

interface Reader {
  readonly source: string;
  at: number;
  flags: string;
  opaque: boolean;
}

function translate(source: string): Pattern {
  const reader: Reader = { source, at: 0, flags: "", opaque: false };
  try {
    const body = readAll(reader);
    if (reader.opaque) return { kind: "opaque" };
    const compiled = new RegExp(`^(?:${body})$`, `su${reader.flags}`);
    return { kind: "valid", matches: (value) => compiled.test(value) };
  } catch (error) {
    if (error instanceof Invalid) return { kind: "invalid", reason: error.message };
    return { kind: "opaque" };
  }
}

/** Rather a loop than recursion, so that no pattern exhausts the stack. */
function readAll(reader: Reader): string {
  const { source } = reader;
  let out = "";
  let depth = 0;
  let repeatable = false;
  while (reader.at < source.length) {
    const char = next(reader);
    if (char === "(") {
      out += openGroup(reader);
      if (out.endsWith("(") || out.endsWith("(?:")) depth++;
      repeatable = false;
    } else if (char === ")") {
      if (depth-- === 0) throw new Invalid("unexpected )");
      out += ")";
      repeatable = true;
    } else if (char === "|") {
      out += "|";
      repeatable = false;
    } else if (char === "[") {
      out += readClass(reader);
      repeatable = true;
    } else {
      const times = repetition(reader, char);
      if (times !== undefined) {
        if (!repeatable) throw new Invalid(`nothing to repeat before ${times}`);
        out += times;
        repeatable = false;
      } else {
        out += char === "\\" ? readEscape(reader, false) : literal(char);
        repeatable = true;
      }
    }
  }
  if (depth > 0) throw new Invalid("missing )");
  return out;
}

function next(reader: Reader): string {
  const char = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  return char;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.source);
  if (found === null) return undefined;
  reader.at += found[0].length;
  return found;
}

function literal(char: string): string {
  return char === "." || char === "^" || char === "$" ? char : char.replace(/[\\/{}\]]/, "\\$&");
}

function openGroup(reader: Reader): string {
  if (take(reader, /\?P?<([A-Za-z_]\w*)>/y) !== undefined) return "(";
  const flags = take(reader, /\?([imsU]*(?:-[imsU]+)?)([:)])/y);
  if (flags !== undefined) {
    const isWhole = reader.at === flags[0].length + 1 && flags[2] === ")";
    if (isWhole && /^[is]+$/.test(flags[1] ?? "")) reader.flags = flags[1]?.includes("i") ? "i" : "";
    else if (flags[1] !== "") reader.opaque = true;
    return flags[2] === ":" ? "(?:" : "";
  }
  if (reader.source[reader.at] === "?") throw new Invalid("(? begins no group that Prometheus knows (no look-around)");
  return "(";
}

function repetition(reader: Reader, char: string): string | undefined {
  let times: string;
  if (char === "*" || char === "+" || char === "?") times = char;
  else {
    if (char !== "{") return undefined;
    const counted = take(reader, /(\d+)(?:,(\d*))?\}/y);
    if (counted === undefined) return undefined;
    const least = Number(counted[1]);
    const most = counted[2] === undefined || counted[2] === "" ? least : Number(counted[2]);
    if (least > 1000 || most > 1000 || most < least) throw new Invalid(`{${counted[0]} is no repeat count`);
    times = `{${counted[0]}`;
  }
  if (take(reader, /\?/y) !== undefined) times += "?";
  return times;
}

function readClass(reader: Reader): string {
  let out = "[";
  if (take(reader, /\^/y) !== undefined) out += "^";
  let low: number | undefined;
  for (let first = true; ; first = false) {
    if (reader.at >= reader.source.length) throw new Invalid("missing ]");
    const named = take(reader, /\[:(\^?)(\w+):\]/y);
    if (named !== undefined) {
      const set = posix[named[2] ?? ""];
      if (set === undefined) throw new Invalid(`${named[0]} is no class`);
      if (named[1] === "^") reader.opaque = true;
      out += set;
      low = undefined;
      continue;
    }
    const char = next(reader);
    if (char === "]" && !first) return `${out}]`;
    const isRange =
      char === "-" && low !== undefined && reader.at < reader.source.length && reader.source[reader.at] !== "]";
    if (isRange) {
      const upper = next(reader);
      const printed = upper === "\\" ? readEscape(reader, true) : classLiteral(upper);
      const high = upper === "\\" ? escapedPoint(printed) : upper.codePointAt(0);
      if (high !== undefined && low !== undefined && high < low)
        throw new Invalid("a range of characters runs backwards");
      out += `-${printed}`;
      low = undefined;
      continue;
    }
    const printed = char === "\\" ? readEscape(reader, true) : classLiteral(char);
    low = char === "\\" ? escapedPoint(printed) : char.codePointAt(0);
    out += printed;
  }
}

function classLiteral(char: string): string {
  return /[\\[\]^\-/]/.test(char) ? `\\${char}` : char;
}

function escapedPoint(printed: string): number | undefined {
  const single = /^\\([^A-Za-z0-9])$/u.exec(printed);
  return single?.[1]?.codePointAt(0);
}

function readEscape(reader: Reader, inClass: boolean): string {
  if (reader.at >= reader.source.length) throw new Invalid("a backslash at the end");
  const char = next(reader);
  if (/[dDwWsS]/.test(char) || /[fnrtv]/.test(char)) return `\\${char}`;
  if (!inClass && /[bB]/.test(char)) return `\\${char}`;
  if (!inClass && char === "A") return "^";
  if (!inClass && char === "z") return "$";
  if (char === "a") return "\\x07";
  if (char === "x") {
    const code = take(reader, /([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\}/y);
    if (code === undefined) throw new Invalid("\\x without two hex digits");
    return `\\u{${code[1] ?? code[2]}}`;
  }
  if (char === "p" || char === "P" || char === "Q" || char === "E" || char === "0") {
    if (char === "p" || char === "P") {
      if (take(reader, /\{\^?\w+\}|[A-Z]/y) === undefined) throw new Invalid(`\\${char} without a class`);
    }
    reader.opaque = true;
    return "";
  }
  // Octal, with at least two digits; with one it would be a back reference.
  if (/[1-7]/.test(char) && take(reader, /[0-7]{1,2}/y) !== undefined) {
    reader.opaque = true;
    return "";
  }
  if (/[A-Za-z0-9]/.test(char)) throw new Invalid(`\\${char} is no escape that Prometheus knows`);
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? (char === "-" && !inClass ? "-" : `\\${char}`) : char;
}
