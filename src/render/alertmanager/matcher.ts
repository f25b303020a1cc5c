/** A condition on a label of an alert; a label that is missing counts as the empty string. */
export interface Matcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** In Alertmanager's own notation: `owner="dba"`. */
export function printMatcher({ label, op, value }: Matcher): string {
  return `${label}${op}"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** True where the labels fulfil all conditions; regular expressions are anchored at both ends, as Alertmanager does. */
export function matches(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ label, op, value }) => {
    const found = labels[label] ?? "";
    if (op === "=") return found === value;
    if (op === "!=") return found !== value;
    return whole(value).test(found) === (op === "=~");
  });
}

const patterns = new Map<string, RegExp>();

function whole(value: string): RegExp {
  const known = patterns.get(value) ?? new RegExp(`^(?:${value})$`, "s");
  patterns.set(value, known);
  return known;
}

/** One of several plain words; a single one needs no regular expression. */
export function oneOf(label: string, words: readonly string[]): Matcher {
  return words.length === 1 ? { label, op: "=", value: words[0] ?? "" } : { label, op: "=~", value: words.join("|") };
}

/** None of several plain words. */
export function noneOf(label: string, words: readonly string[]): Matcher {
  return words.length === 1 ? { label, op: "!=", value: words[0] ?? "" } : { label, op: "!~", value: words.join("|") };
}
