import { printComment } from "./comment.ts";

/**
 * A file of variables that systemd reads by `EnvironmentFile=` and that a shell can source: every value stands in
 * double quotes, with `\`, `"`, `$` and backticks escaped. A line break or a control character in a value is an error
 * of ours: systemd would leave the variable out.
 */
export function printEnvironmentFile(variables: Readonly<Record<string, string>>, header: readonly string[]): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (plain.test(value)) return `${name}="${value}"\n`;
    if (/[\r\n\0]/.test(value)) throw new Error(`${name} has a line break`);
    if (/[\p{Cc}\p{Cs}]/u.test(value)) throw new Error(`${name} has a control character`);
    return `${name}="${value.replace(/[\\"$`]/g, "\\$&")}"\n`;
  });
  return printComment(header) + lines.join("");
}

/** Printable ASCII of which nothing has to be escaped. */
const plain = /^[ !#%-[\]-_a-~]*$/;

/**
 * Arguments as one value, for a unit that says `$ARGS` without quotes: systemd splits it at blanks and takes quotes and
 * backslashes for its own. https://www.freedesktop.org/software/systemd/man/252/systemd.service.html#Command%20lines
 */
export function printArguments(given: readonly string[]): string {
  return given.map((each) => (/^[^\s"'\\]+$/.test(each) ? each : `"${each.replaceAll(/[\\"]/g, "\\$&")}"`)).join(" ");
}
