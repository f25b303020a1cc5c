import { printComment } from "./comment.ts";

/**
 * A word of a command line: a text that arrives as it is, a variable whose words are put in its place (`$ARGS`), a text
 * around a variable (`${ADDRESS}`), or a text behind one of systemd's specifiers (`%d`, the folder of credentials).
 */
export type Word =
  | string
  | { readonly words: string }
  | { readonly before: string; readonly variable: string; readonly after: string }
  | { readonly before: string; readonly specifier: string; readonly after: string };

/** A text behind one of systemd's specifiers, as a word of a list. */
type Specified = Extract<Word, { readonly specifier: string }>;

/** A directive: its name and a text that arrives as it is, a command line, or a list of words that blanks part. */
export type Directive = readonly [
  name: string,
  value: string | { readonly command: readonly Word[] } | { readonly list: readonly (string | Specified)[] },
];

export interface UnitSection {
  readonly name: "Unit" | "Service" | "Timer" | "Install";
  readonly directives: readonly Directive[];
}

/**
 * A unit file or a drop-in. Texts reach systemd as they are: its specifiers (`%`), variables (`$`), quotes and
 * backslashes are escaped. A text without a printable form (a line break, a control character) is an error of ours.
 * https://www.freedesktop.org/software/systemd/man/252/systemd.syntax.html
 */
export function printUnit(sections: readonly UnitSection[], header: readonly string[]): string {
  const blocks = sections
    .filter(({ directives }) => directives.length > 0)
    .map(({ name, directives }) => `[${name}]\n${directives.map(printDirective).join("")}`);
  return `${printComment(header)}\n${blocks.join("\n")}`;
}

function printDirective([name, value]: Directive): string {
  if (typeof value === "string") return `${name}=${plain(name, value)}\n`;
  if ("list" in value) return `${name}=${value.list.map((each) => word(name, each)).join(" ")}\n`;
  return `${name}=${value.command.map((each) => commandWord(name, each)).join(" ")}\n`;
}

/** A value that is one text. Blanks at its ends would be cut off, and a backslash at its end would join the next line. */
function plain(name: string, text: string): string {
  if (/^\s|[\s\\]$/.test(text)) throw new Error(`${name} begins or ends with a blank, or ends with a backslash`);
  return printable(name, text).replaceAll("%", "%%");
}

function word(name: string, each: string | Specified): string {
  const literal = (text: string): string => printable(name, text).replaceAll("%", "%%");
  if (typeof each === "string") return quoted(literal(each));
  return quoted(`${literal(each.before)}%${each.specifier}${literal(each.after)}`);
}

function commandWord(name: string, each: Word): string {
  const literal = (text: string): string => printable(name, text).replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (typeof each === "string") return quoted(literal(each));
  if ("words" in each) return `$${each.words}`;
  const between = "variable" in each ? `\${${each.variable}}` : `%${each.specifier}`;
  return quoted(literal(each.before) + between + literal(each.after));
}

/** In double quotes where anything in it means something to systemd's reading of words. */
function quoted(text: string): string {
  return /^[\w@%+=:,./${}[\]~?&()|*^-]+$/.test(text) ? text : `"${text.replaceAll(/[\\"]/g, "\\$&")}"`;
}

/** systemd ignores a line with a character that it takes for no text. */
function printable(name: string, text: string): string {
  if (/[\p{Cc}\p{Cs}]/u.test(text)) throw new Error(`${name} has a line break or a control character`);
  return text;
}
