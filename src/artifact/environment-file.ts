import { printComment } from "./comment.ts";

/**
 * A file of variables that systemd reads by `EnvironmentFile=` and that a shell can source: every value stands in
 * double quotes, with `\`, `"`, `$` and backticks escaped. A line break in a value is an error of ours.
 */
export function printEnvironmentFile(variables: Readonly<Record<string, string>>, header: readonly string[]): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/[\r\n\0]/.test(value)) throw new Error(`${name} has a line break`);
    return `${name}="${value.replace(/[\\"$`]/g, "\\$&")}"\n`;
  });
  return printComment(header) + lines.join("");
}
