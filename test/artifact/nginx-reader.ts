/** A directive as nginx reads it: its words, and what stands in its block. */
export interface ReadDirective {
  readonly words: readonly string[];
  readonly children?: readonly ReadDirective[];
}

/**
 * Reads a config by the rules of nginx's own reader (`ngx_conf_read_token`): a word ends at white space, `;` or `{`; quotes
 * and `#` mean something at its beginning only; a backslash takes the next character with it, and is left out before
 * quotes and itself; `{` behind `$` belongs to the word. Throws where nginx would refuse.
 */
export function readNginx(text: string): readonly ReadDirective[] {
  let at = 0;

  const blockOf = (depth: number): readonly ReadDirective[] => {
    const found: ReadDirective[] = [];
    let words: string[] = [];
    for (;;) {
      const character = text[at];
      if (character === undefined) {
        if (depth > 0 || words.length > 0) throw new Error("unexpected end of file");
        return found;
      }
      if (/[ \t\r\n]/.test(character)) at += 1;
      else if (character === "#") while (at < text.length && text[at] !== "\n") at += 1;
      else if (character === ";") {
        if (words.length === 0) throw new Error('unexpected ";"');
        at += 1;
        found.push({ words });
        words = [];
      } else if (character === "{") {
        if (words.length === 0) throw new Error('unexpected "{"');
        at += 1;
        found.push({ words, children: blockOf(depth + 1) });
        words = [];
      } else if (character === "}") {
        if (depth === 0 || words.length > 0) throw new Error('unexpected "}"');
        at += 1;
        return found;
      } else words.push(word());
    }
  };

  const word = (): string => {
    const quote = text[at] === '"' || text[at] === "'" ? text[at] : undefined;
    if (quote !== undefined) at += 1;
    let read = "";
    for (let afterDollar = false; ; ) {
      const character = text[at];
      if (character === undefined) throw new Error("unexpected end of file");
      if (character === "\\") {
        const next = text[at + 1] ?? "";
        const known: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n", '"': '"', "'": "'", "\\": "\\" };
        read += known[next] ?? `\\${next}`;
        at += 2;
        afterDollar = false;
        continue;
      }
      if (quote !== undefined && character === quote) {
        at += 1;
        if (!/[\s;{)]/.test(text[at] ?? "")) throw new Error(`unexpected ${JSON.stringify(text[at])}`);
        return read;
      }
      if (quote === undefined && (/[\s;]/.test(character) || (character === "{" && !afterDollar))) return read;
      afterDollar = character === "$";
      read += character;
      at += 1;
    }
  };

  return blockOf(0);
}
