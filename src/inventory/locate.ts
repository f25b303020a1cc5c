import { severities } from "../diagnostics/codes.ts";
import { maskExcerpt } from "../diagnostics/excerpt.ts";
import { Lines } from "../diagnostics/lines.ts";
import { maskUrls, type Range } from "../diagnostics/mask.ts";
import { formatPath, type Path } from "../diagnostics/path.ts";
import type { Diagnostic, Problem } from "../diagnostics/problem.ts";
import { referenceKeys, takesReference } from "../diagnostics/secret-keys.ts";
import { guessedSecrets } from "./locate-secrets.ts";
import type { Flaw } from "./read-flaw.ts";

/**
 * Problems of a well-formed inventory with their places, in file order, each once. `text` is the reading's text: what
 * `readInventory` accepted, without a byte order mark.
 */
export async function locate(text: string, problems: readonly Problem[], file: string): Promise<Diagnostic[]> {
  if (problems.length === 0) return [];
  const { parsePlaced, Places, secretRanges } = await import("./locate-document.ts");
  const document = parsePlaced(text);
  const places = new Places(document);
  const lines = new Lines(text);
  const literal = problems.filter((problem) => problem.code === "literal-secret");
  const secrets = [...secretRanges(document, text), ...literal.map(({ path }) => places.of(path, "value"))];
  const secretsOf = byLine(lines, secrets);
  const diagnostics = problems.map((problem): Diagnostic => {
    const target = places.of(problem.path, problem.at);
    const mentioned = problem.mentions === undefined ? undefined : places.of(problem.mentions, "key")[0];
    return diagnosticOf(lines, target, { ...problem, file, mentioned }, secretsOf(lines.lineAt(target[0])));
  });
  return inOrder(diagnostics);
}

/** What keeps a text from being an inventory, with its places; the text need not be YAML. */
export function locateFlaws(text: string, flaws: readonly Flaw[], file: string): Diagnostic[] {
  const lines = new Lines(text);
  const secrets = guessedSecrets(lines);
  const diagnostics = flaws.map((flaw): Diagnostic => {
    const start = Math.min(flaw.offset, text.length);
    const hidden = secrets.get(lines.lineAt(start));
    const details = { ...flaw, severity: severities[flaw.code], file, mentioned: flaw.mentions };
    return diagnosticOf(lines, [start, start + flaw.length], details, hidden === undefined ? [] : [hidden]);
  });
  return inOrder(diagnostics);
}

interface Details {
  readonly file: string;
  readonly severity: Diagnostic["severity"];
  readonly code: Diagnostic["code"];
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  /** Offset of the other place. */
  readonly mentioned: number | undefined;
}

function diagnosticOf(lines: Lines, target: Range, details: Details, secrets: readonly Range[]): Diagnostic {
  const { file, severity, code, path, mentioned, hint } = details;
  const line = lines.lineAt(target[0]);
  const [start, end] = lines.range(line);
  const column = Math.min(target[0], end) - start + 1;
  const local = (range: Range): Range => [range[0] - start, Math.min(range[1], end) - start];
  const excerpt = maskExcerpt(lines.text.slice(start, end), local(target), secrets.map(local));
  const message = mentioned === undefined ? details.message : withLine(details.message, lines.lineAt(mentioned));
  return {
    file,
    line,
    column,
    severity,
    code,
    path: formatPath(shownPath(path)),
    message: maskUrls(message),
    ...(hint === undefined ? {} : { hint }),
    excerpt,
  };
}

function withLine(message: string, line: number): string {
  return message.replaceAll("{line}", `line ${line}`);
}

/** Under a secret even a key can be the secret: `password: { hunter2 }`. */
function shownPath(path: Path): Path {
  return path.map((step, index) => {
    if (typeof step === "number" || index === 0 || referenceKeys.has(step)) return step;
    return takesReference(path.slice(0, index)) ? "[secret]" : step;
  });
}

/** The ranges that touch a line; `ranges` may overlap. */
function byLine(lines: Lines, ranges: readonly Range[]): (line: number) => readonly Range[] {
  const found = new Map<number, Range[]>();
  for (const range of ranges) {
    const last = lines.lineAt(Math.max(range[0], range[1] - 1));
    for (let line = lines.lineAt(range[0]); line <= last; line++) {
      const list = found.get(line);
      if (list === undefined) found.set(line, [range]);
      else list.push(range);
    }
  }
  return (line) => found.get(line) ?? [];
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  const once = diagnostics.filter(({ line, column, code, message }) => {
    const key = `${line}:${column}:${code}:${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return once.sort((a, b) => a.line - b.line || a.column - b.column || compare(a.code, b.code));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
