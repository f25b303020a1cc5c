import { type Code, type Severity, severities } from "./codes.ts";
import type { Path } from "./path.ts";

/**
 * Something wrong in the inventory, as the pure stages report it: by path, without line numbers.
 * `at` says what the caret goes under: the value, the key (if the key is wrong), or the key of the object that
 * lacks something.
 */
export interface Problem {
  readonly code: Code;
  readonly severity: Severity;
  readonly path: Path;
  readonly at: "value" | "key" | "parent";
  /** One sentence with the key and the value seen. `{line}` stands for "line N" of `mentions`. */
  readonly message: string;
  /** Another place that the message speaks of. */
  readonly mentions?: Path;
  /** An instruction that works when followed literally. */
  readonly hint?: string;
}

/** A problem with the severity that its code has; `at` is the value unless said otherwise. */
export function problem(
  code: Code,
  path: Path,
  message: string,
  more: { readonly at?: Problem["at"]; readonly hint?: string; readonly mentions?: Path } = {},
): Problem {
  return { code, severity: severities[code], path, at: more.at ?? "value", message, ...more };
}

/** A problem with its place, ready to be shown. Lines and columns count from 1; columns in UTF-16 units. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly code: Code;
  /** Inventory path as text, or empty where it is about a file of its own. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /**
   * The source line with secrets masked, and how many characters the caret underlines. `start` is where it begins in
   * the text, which may be cut or hold escapes; `column` - 1 where it is left out.
   */
  readonly excerpt?: { readonly text: string; readonly width: number; readonly start?: number };
  /** For findings in generated files: the inventory line behind it. */
  readonly because?: { readonly file: string; readonly line: number; readonly column: number; readonly path: string };
}
