import type { Lines } from "../diagnostics/lines.ts";
import type { Range } from "../diagnostics/mask.ts";
import type { Path } from "../diagnostics/path.ts";
import { isSecretKey, isSecretPath, referenceKeys } from "../diagnostics/secret-keys.ts";

/** What a reference to a secret may look like; anything else under `env` or `file` may be the secret itself. */
const reference = /^[\w@%+=:,.~/-]+$/;
/** An address, perhaps a wrong one; anything else in its place may be the token that belongs into it. */
const addressLike = /^(https?:|[\w-]+(\.[\w-]+)+([:/]|$))/;
const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** True where what stands at a path must not be shown. */
export function isHidden(path: Path, value: unknown): boolean {
  if (typeof value === "string" && value.includes("PRIVATE KEY-----")) return true;
  if (isSecretPath(path)) return true;
  const key = path.at(-1);
  if (key === "url" && typeof value === "string") return !addressLike.test(value);
  if (typeof key !== "string" || !referenceKeys.has(key)) return false;
  if (value === undefined || (typeof value === "object" && value !== null)) return false;
  return !(key === "env" ? environmentName : reference).test(String(value));
}

/** Texts that stand in a place for secrets, so that they are not shown where an alias repeats them. */
export function hiddenValues(input: unknown, at: Path): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value === "string") {
      if (isHidden(path, value)) found.add(value);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, [...path, index]);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    }
  };
  walk(input, at);
  return found;
}

/**
 * For a text that is no YAML, so that its structure cannot be trusted: what may hold a secret, by line. From the value
 * of a key for secrets on, everything is hidden until a line begins with a key that is indented no deeper.
 */
export function guessedSecrets(lines: Lines): ReadonlyMap<number, Range> {
  const hidden = new Map<number, Range>();
  let context: number | undefined;
  for (let number = 1; number <= lines.count; number++) {
    const [start, end] = lines.range(number);
    const line = lines.text.slice(start, Math.min(end, start + 10_000));
    const indent = line.search(/[^ \t]|$/);
    if (indent === line.length) continue;
    const begins = /^[ \t]*(-([ \t]|$)|["']?[\w.-]+["']?[ \t]*:([ \t]|$))/.test(line);
    if (context !== undefined && begins && indent <= context) context = undefined;
    if (context !== undefined) {
      if (!referenceLine.test(line)) hidden.set(number, [start + indent, end]);
      continue;
    }
    const at = valueOfSecret(line);
    if (at === undefined) continue;
    context = indent;
    if (at < line.length) hidden.set(number, [start + at, end]);
  }
  return hidden;
}

const referenceLine = /^[ \t]*(env|file|host_file):[ \t]*[\w@%+=:,.~/-]+[ \t]*$/;
const referenceMap = /^\{[ \t]*(env|file|host_file):[ \t]*[\w@%+=:,.~/-]+[ \t]*\}/;

/** Where on a line the value of the first key for secrets begins; its end where the value is on lines below. */
function valueOfSecret(line: string): number | undefined {
  for (const match of line.matchAll(/([\w.-]{1,200})["']?(?:[ \t]*[:=]|(?=[ \t]))[ \t]*/g)) {
    const at = match.index + match[0].length;
    const separated = /[:=][ \t]*$/.test(match[0]);
    const first = line.slice(0, match.index).trim() === "" || line.slice(0, match.index).trim() === "-";
    if (!isSecretKey(match[1] ?? "") || !(separated || first)) continue;
    if (referenceMap.test(line.slice(at))) continue;
    return at;
  }
  return undefined;
}
