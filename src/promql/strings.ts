const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const escapeSequence =
  /\\(?:([abfnrtv\\])|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["'])|[\s\S]|$)/g;

/** The value of a PromQL string literal, or why it has none. Escapes are Go's; between backticks there are none. */
export function unquote(literal: string): { readonly value: string } | { readonly problem: string } {
  const quote = literal[0] ?? "";
  if (literal.length < 2 || !literal.endsWith(quote)) return { problem: "the string is not closed" };
  const inner = literal.slice(1, -1);
  if (quote === "`") return { value: inner };
  if (inner.includes("\n")) return { problem: "the string is not closed on its line" };
  if (!inner.includes("\\")) return { value: inner };
  let problem: string | undefined;
  const value = inner.replace(escapeSequence, (whole, simple, hex, octal, short, long, quoted) => {
    if (simple !== undefined) return escapes[simple] ?? "";
    if (quoted === quote) return quote;
    const code = hex ?? short ?? long;
    const point =
      code === undefined ? (octal === undefined ? -1 : Number.parseInt(octal, 8)) : Number.parseInt(code, 16);
    if (point >= 0 && point <= 0x10ffff) return String.fromCodePoint(point);
    problem ??= `${JSON.stringify(whole)} is no escape in a string`;
    return "";
  });
  // A literal that ends in an escaped quote is not closed either: the last quote belongs to the escape.
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(inner)) return { problem: "the string is not closed" };
  return problem === undefined ? { value } : { problem };
}

/** A double-quoted PromQL string literal. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"\p{Cc}]/gu, escaped)}"`;
}

function escaped(char: string): string {
  if (char === "\\" || char === '"') return `\\${char}`;
  if (char === "\n") return "\\n";
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
