import { limits } from "./limits.ts";
import type { Flaw } from "./read-flaw.ts";

type Decoded = { readonly text: string; readonly flaw: Flaw | undefined };

/**
 * What YAML 1.2 allows in no stream, and a byte order mark or a lone carriage return inside the text: parsers disagree
 * on these two.
 */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufffe\uffff]|\p{Cs}|\r(?!\n)/u;

/** Text of an inventory without its byte order mark. Where it cannot be text, the flaw says so and the text is a repair. */
export function decode(source: string | Uint8Array): Decoded {
  const bytes = typeof source === "string" ? Buffer.byteLength(source) : source.length;
  if (bytes > limits.bytes) return { text: "", flaw: tooLarge(bytes) };
  if (typeof source === "string") return checked(source);
  if ((source[0] === 0xff && source[1] === 0xfe) || (source[0] === 0xfe && source[1] === 0xff)) {
    return { text: "", flaw: syntax(0, "the file is UTF-16, not UTF-8", "save it as UTF-8") };
  }
  const text = new TextDecoder("utf-8").decode(source);
  if (!text.includes("\ufffd")) return checked(text);
  const valid = validLength(source);
  if (valid === source.length) return checked(text);
  const offset = new TextDecoder("utf-8").decode(source.subarray(0, valid)).length;
  const byte = (source[valid] ?? 0).toString(16).padStart(2, "0");
  return { text, flaw: syntax(offset, `byte 0x${byte} is not UTF-8`, "save the file as UTF-8") };
}

function checked(source: string): Decoded {
  const text = source.startsWith("\ufeff") ? source.slice(1) : source;
  const match = forbidden.exec(text);
  if (match === null) return { text, flaw: marker(text) };
  const code = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const flaw =
    match[0] === "\r"
      ? syntax(match.index, "a carriage return stands without a line feed", "save the file with LF or CRLF line ends")
      : syntax(
          match.index,
          `the character ${code} may not stand in YAML`,
          'remove it, or write it as an escape in "…"',
        );
  return { text, flaw };
}

/** Markers on which parsers disagree: indented ones on the first line, and a document's end with something after it. */
function marker(text: string): Flaw | undefined {
  const indented = /^[ \t]+(?=---|\.\.\.|%)/.exec(text);
  if (indented !== null) {
    return syntax(indented[0].length, "the first line begins with blanks before a marker", "remove the blanks");
  }
  const end = /^\.\.\.(?=\s|$)/m.exec(text);
  if (end === null) return undefined;
  const followed = /^[ \t]*[^\s#]/m.test(text.slice(end.index + 3));
  if (!followed && end.index > 0) return undefined;
  return syntax(end.index, "the end of a document stands before the end of the file", "remove the line with the dots");
}

function tooLarge(bytes: number): Flaw {
  const message = `the inventory has ${bytes} bytes, which is more than ${limits.bytes}`;
  return { code: "yaml-limits", offset: 0, length: 1, path: [], message, hint: "split it by environment" };
}

function syntax(offset: number, message: string, hint: string): Flaw {
  return { code: "yaml-syntax", offset, length: 1, path: [], message, hint };
}

/** How many bytes from the start are well-formed UTF-8 (Unicode 16, table 3-7). */
function validLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more === -1) return at;
    for (let n = 1; n <= more; n++) {
      const byte = bytes[at + n] ?? 0;
      const low = n > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
      const high = n > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
      if (byte < low || byte > high) return at;
    }
    at += more + 1;
  }
  return at;
}
