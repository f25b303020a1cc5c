import type { Diagnostic } from "./problem.ts";
import { visible } from "./visible.ts";

/** A problem as the contract gives it to other tools. */
export interface JsonProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Diagnostic["severity"];
  readonly code: Diagnostic["code"];
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** Without excerpt; `hint` only where there is one. Hidden characters are escapes, as in the other formats. */
export function jsonProblem(diagnostic: Diagnostic): JsonProblem {
  const { file, line, column, severity, code, path, message, hint } = diagnostic;
  return {
    file: visible(file),
    line,
    column,
    severity,
    code,
    path: visible(path),
    message: visible(message),
    ...(hint === undefined ? {} : { hint: visible(hint) }),
  };
}
