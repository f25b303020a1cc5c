/**
 * Reads unit files and environment files by the rules that systemd documents, as an independent judge of our printers:
 * systemd.syntax(7), systemd.service(5) "Command lines", systemd.exec(5) EnvironmentFile.
 */

/** Directives of a unit in order, `SECTION.NAME` and value. */
export function readDirectives(text: string): readonly (readonly [string, string])[] {
  let section = "";
  return joinedLines(text).flatMap((line): readonly (readonly [string, string])[] => {
    const trimmed = line.trim();
    if (trimmed === "" || /^[#;]/.test(trimmed)) return [];
    const head = /^\[(.+)\]$/.exec(trimmed)?.[1];
    if (head !== undefined) {
      section = head;
      return [];
    }
    const at = trimmed.indexOf("=");
    if (at < 1 || section === "") throw new Error(`no directive: ${trimmed}`);
    return [[`${section}.${trimmed.slice(0, at).trim()}`, trimmed.slice(at + 1).trim()]];
  });
}

/** A line that ends with a backslash goes on in the next one, unless it is a comment. */
function joinedLines(text: string): readonly string[] {
  const lines: string[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    const isComment = /^\s*[#;]/.test(line);
    if (open && isComment) continue;
    const goesOn = !isComment && line.endsWith("\\");
    const content = goesOn ? line.slice(0, -1) : line;
    if (open) lines.push(`${lines.pop() ?? ""} ${content}`);
    else lines.push(content);
    open = goesOn;
  }
  return lines;
}

/** Values of one directive after all texts; an empty one takes back those before it. */
export function valuesOf(texts: readonly string[], name: string): readonly string[] {
  const values = texts.flatMap(readDirectives).flatMap(([key, value]) => (key === name ? [value] : []));
  return values.slice(values.lastIndexOf("") + 1);
}

/** A value that is one text, with specifiers filled in. */
export function readText(value: string, specifiers: Readonly<Record<string, string>> = {}): string {
  return value.replaceAll(/%(.)/g, (_, letter: string) => (letter === "%" ? "%" : specifier(letter, specifiers)));
}

function specifier(letter: string, specifiers: Readonly<Record<string, string>>): string {
  const value = specifiers[letter];
  if (value === undefined) throw new Error(`unknown specifier %${letter}`);
  return value;
}

/**
 * Words of a value, parted by blanks. Quotes may stand around a part of a word; a backslash keeps the next character,
 * and in unit files (`escapes`) it means what it means in C. A quote that is not closed is an error.
 */
export function splitWords(value: string, escapes: boolean): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < value.length; at++) {
    const letter = value.charAt(at);
    if (letter === "\\") {
      at += 1;
      const next = value.charAt(at);
      if (next === "") throw new Error(`ends with a backslash: ${value}`);
      if (escapes && !/[\\"' ]/.test(next)) throw new Error(`escape \\${next} that we never print`);
      word = (word ?? "") + next;
    } else if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word = (word ?? "") + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= "";
    } else if (/[ \t\n\r]/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote !== undefined) throw new Error(`a quote is not closed: ${value}`);
  return word === undefined ? words : [...words, word];
}

/** A command line as it is executed. `$NAME` alone becomes words, `${NAME}` a text, `$$` a dollar. */
export function readCommand(
  value: string,
  variables: Readonly<Record<string, string>>,
  specifiers: Readonly<Record<string, string>> = {},
): readonly string[] {
  return splitWords(value, true)
    .map((word) => readText(word, specifiers))
    .flatMap((word) => {
      const alone = /^\$(\w+)$/.exec(word)?.[1];
      if (alone !== undefined) return splitWords(variables[alone] ?? "", false);
      return [
        word.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (found, braced?: string, plain?: string) =>
          found === "$$" ? "$" : (variables[braced ?? plain ?? ""] ?? ""),
        ),
      ];
    });
}

/** Variables of an environment file: each value in double quotes, as ours are. */
export function readEnvironmentFile(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "" && !/^[#;]/.test(line))
      .map((line) => {
        const [, name, value] = /^([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"$/.exec(line) ?? [];
        if (name === undefined || value === undefined) throw new Error(`no variable: ${line}`);
        // A backslash before another character stays.
        return [name, value.replaceAll(/\\([\\"$`])/g, "$1")];
      }),
  );
}
