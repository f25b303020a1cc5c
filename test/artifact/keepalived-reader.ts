/** What keepalived reads of a config: words, and what stands in braces. */
export interface Read {
  readonly words: readonly string[];
  readonly block: readonly Read[] | undefined;
}

/**
 * Reads a config by keepalived's own rules (man keepalived.conf, "Quoted strings" and "Configuration parser"): `#` and `!`
 * begin a comment wherever they stand outside quotes, blanks part words, `"` and `'` quote, a backslash escapes, a brace
 * that is a word opens or closes a block. Throws where braces or quotes do not fit, and where a line begins with what keepalived
 * takes for a condition, a definition or an include.
 */
export function readKeepalived(text: string): readonly Read[] {
  const root: Read[] = [];
  const open: { readonly words: readonly string[]; readonly block: Read[] }[] = [];
  const into = (): Read[] => open.at(-1)?.block ?? root;
  for (const line of text.split("\n")) {
    const words = wordsOf(line);
    const [first] = words;
    if (first === undefined) continue;
    if (/^(?:@|\$|~|include)/.test(first)) throw new Error(`a line begins with ${first}`);
    if (words.slice(0, -1).some((word) => word === "{" || word === "}")) throw new Error(`a brace within: ${line}`);
    if (first === "}") {
      const closed = open.pop();
      if (closed === undefined) throw new Error("a closing brace too many");
      into().push(closed);
    } else if (words.at(-1) === "{") open.push({ words: words.slice(0, -1), block: [] });
    else into().push({ words, block: undefined });
  }
  if (open.length > 0) throw new Error("a block is not closed");
  return root;
}

function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const sign = line.charAt(at);
    if (sign === "\\") {
      at += 1;
      word = (word ?? "") + line.charAt(at);
    } else if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= "";
    } else if (sign === "#" || sign === "!") break;
    else if (/[ \t\v\f\r]/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + sign;
  }
  if (quote !== undefined) throw new Error(`a quote is not closed: ${line}`);
  return word === undefined ? words : [...words, word];
}
