import type { Diagnostic } from "./problem.ts";
import { visible } from "./visible.ts";
import { displayWidth } from "./width.ts";

export interface RenderOptions {
  /** Escape sequences for colour; off unless asked for. */
  readonly color?: boolean;
}

const sgr = { error: "1;31", warning: "1;33", dim: "2", bold: "1" } as const;

/** A problem for a terminal: message, place, excerpt with caret, fix. Ends without a line break. */
export function renderPretty(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint = (style: keyof typeof sgr, text: string): string =>
    options.color === true ? `\u001b[${sgr[style]}m${text}\u001b[0m` : text;
  const { severity, code, excerpt, hint, because } = diagnostic;
  const lines = [
    `${paint(severity, `${severity}[${code}]`)}  ${paint("bold", visible(diagnostic.message))}`,
    `  ${paint("dim", "-->")} ${place(diagnostic)}`,
  ];
  if (excerpt !== undefined) {
    const number = `${diagnostic.line}`.padStart(5);
    const start = Math.max(0, excerpt.start ?? diagnostic.column - 1);
    const text = visible(excerpt.text);
    const head = visible(excerpt.text.slice(0, start));
    const marked = visible(excerpt.text.slice(start, start + excerpt.width));
    const carets = "^".repeat(Math.max(1, displayWidth(marked)));
    lines.push(`${paint("dim", `${number} |`)} ${text}`);
    lines.push(`${paint("dim", `${" ".repeat(5)} |`)} ${" ".repeat(displayWidth(head))}${paint(severity, carets)}`);
  }
  if (because !== undefined) lines.push(`  ${paint("dim", "because of")} ${place(because)} (${visible(because.path)})`);
  if (hint !== undefined) lines.push(`  ${paint("bold", "fix:")} ${visible(hint)}`);
  return lines.join("\n");
}

/** A problem on one line: `inventory.yaml:110:25 error unknown-key: message; hint`. */
export function renderLine(diagnostic: Diagnostic): string {
  const { severity, code, message, hint } = diagnostic;
  return `${place(diagnostic)} ${severity} ${code}: ${visible(message)}${hint === undefined ? "" : `; ${visible(hint)}`}`;
}

/** `2 errors, 1 warning`; `no problems` where there is none. */
export function renderSummary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const parts = [counted(errors, "error"), counted(diagnostics.length - errors, "warning")];
  return parts.filter((part) => part !== "").join(", ") || "no problems";
}

function counted(count: number, what: string): string {
  if (count === 0) return "";
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function place(at: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${visible(at.file)}:${at.line}:${at.column}`;
}
