import type { LoggerOptions as PinoOptions } from "pino";

const censor = "[redacted]";
const replacement = JSON.stringify(censor);

/** Replaces the values of secret fields in a piece of JSON, at any depth. */
export type Redact = (json: string) => string;

/**
 * Searches the finished text: that costs less than looking at each object, and sees the fields of whatever `toJSON`
 * returned. A name is found in any case; before its quotes there is a brace or a comma, which in a text that merely quotes
 * JSON is a backslash.
 */
export function redactor(fields: ReadonlySet<string>): Redact {
  if (fields.size === 0) return (json) => json;
  const named = [...fields].map((field) => field.replace(/[^\w]/g, "\\$&")).join("|");
  const pattern = new RegExp(`[{,]"(?:${named})":`, "gi");
  return (json) => {
    pattern.lastIndex = 0;
    if (!pattern.test(json)) return json;
    pattern.lastIndex = 0;
    let redacted = "";
    let from = 0;
    for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
      const value = pattern.lastIndex;
      redacted += json.slice(from, value) + replacement;
      from = endOfValue(json, value);
      pattern.lastIndex = from;
    }
    return redacted + json.slice(from);
  };
}

/**
 * Option `redact` of pino for the fields of a line itself, and for what the application named. These cost nothing at
 * run time, but are told by their exact name, so the usual ways to write one are all listed.
 */
export function topLevelRedaction(
  fields: ReadonlySet<string>,
  given: PinoOptions["redact"],
): NonNullable<PinoOptions["redact"]> {
  const paths = [...new Set([...fields].flatMap(spellings))].map((name) => `["${name}"]`);
  if (given === undefined) return { paths, censor };
  return Array.isArray(given) ? { paths: [...paths, ...given] } : { ...given, paths: [...paths, ...given.paths] };
}

/** `set-cookie` is also `Set-Cookie`, `SET-COOKIE` and `setCookie`. */
function spellings(field: string): readonly string[] {
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const camel = field
    .split(/[-_]/)
    .map((word, place) => (place === 0 ? word : capital(word)))
    .join("");
  return [field, field.toUpperCase(), field.split("-").map(capital).join("-"), camel, capital(camel)];
}

/** Place after the JSON value that begins at `start`. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfString(json, at);
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      if (depth === 0) return at;
      depth--;
    } else if (character === "," && depth === 0) return at;
    if (depth === 0 && (character === '"' || character === "}" || character === "]")) return at + 1;
  }
  return json.length;
}

/** Place of the quote that closes the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === "\\") at++;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
