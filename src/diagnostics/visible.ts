/** Control characters, and those that hide text or turn the direction of reading; also halves of characters. */
const hidden = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The text with everything that a terminal or a reader could be misled by written as an escape. */
export function visible(text: string): string {
  return text.replace(hidden, escaped);
}

/** JSON-quoted, without hidden characters, cut to `length` characters. */
export function quoted(value: string, length = 60): string {
  const characters = Array.from(value.slice(0, 2 * length + 2));
  const cut = characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : value;
  return visible(JSON.stringify(cut));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 9) return "\\t";
  if (code === 10) return "\\n";
  if (code === 13) return "\\r";
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
