/**
 * Grafana's variables. They are filled with PromQL of the same length, so that every place in the filled text is the
 * place in the original.
 *
 * https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
 */
const variable = /\$[A-Za-z_]\w*|\$\{[A-Za-z_][\w.]*(?::[^}"'`\n]*)?\}|\[\[[A-Za-z_]\w*(?::[^\]"'`\n]*)?\]\]/y;
const anyVariable = new RegExp(variable.source);

/** Functions that Prometheus has or had and the grammar lacks, with one of the same length in their place. */
const standIns: ReadonlyMap<string, string> = new Map([
  ["holt_winters", "day_of_month"],
  ["integral", "increase"],
  ["min_of", "minute"],
  ["max_of", "minute"],
]);
/** These functions, and the point of `1.`. */
const lacking = new RegExp(`\\b(?:${[...standIns.keys()].join("|")})(?=\\s*\\()|(?<=\\b\\d+)\\.(?![\\w.])`, "y");

/** Whether a text holds a Grafana variable: `$x`, `${x}`, `${x:regex}`, `[[x]]`. */
export function holdsVariable(text: string): boolean {
  return (text.includes("$") || text.includes("[[")) && anyVariable.test(text);
}

/** Whether a label of a grouping or matching clause is or holds a variable. */
export function isVariable({ text }: { readonly text: string }): boolean {
  return holdsVariable(text);
}

/** Text that the grammar can read, with everything at the same offsets. Strings and comments stay as they are. */
export function fillVariables(text: string): string {
  const lacks = /_of\s*\(|holt_winters|integral|\d\.(?!\d)/.test(text);
  if (!lacks && !text.includes("$") && !text.includes("[[")) return text;
  let filled = "";
  let copied = 0;
  let inRange = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"' || char === "'" || char === "`" || char === "#") at = opaqueEnd(text, at) - 1;
    else if (char === "]") inRange = false;
    else if (char === "$" || char === "[") {
      const found = stick(variable, text, at);
      if (found === undefined) inRange ||= char === "[";
      else {
        filled += text.slice(copied, at);
        filled += fill(filled, found.length, text[at + found.length] ?? "", inRange);
        copied = at + found.length;
        at = copied - 1;
      }
    } else if (lacks && !inRange) {
      const name = stick(lacking, text, at);
      if (name === undefined) continue;
      filled += text.slice(copied, at) + (standIns.get(name) ?? " ");
      copied = at + name.length;
      at = copied - 1;
    }
  }
  return filled + text.slice(copied);
}

/** Where the string or comment that begins here ends. */
function opaqueEnd(text: string, at: number): number {
  const quote = text[at];
  if (quote === "#") {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  }
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === quote) return end + 1;
    if (text[end] === "\\" && quote !== "`") end++;
  }
  return text.length;
}

function stick(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function fill(before: string, length: number, next: string, inRange: boolean): string {
  const isDuration = inRange || /\boffset\s*-?\s*$/i.test(before);
  if (isDuration && /\d$/.test(before)) return "m".padEnd(length);
  if (isDuration && /[smhdwy]/.test(next)) return "1".repeat(length);
  if (isDuration) return "5m".padEnd(length);
  if (/@\s*$/.test(before)) return "1".repeat(length);
  return "v".repeat(length);
}
