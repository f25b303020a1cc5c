import { type Code, type Severity, severities } from "../diagnostics/codes.ts";
import type { Span } from "./ast.ts";

/** Something wrong with an expression. `from` and `to` are offsets in its text, in UTF-16 units. */
export interface Finding extends Span {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence with the name and the value seen. */
  readonly message: string;
  /** An instruction that works when followed literally. */
  readonly hint?: string;
}

export type Report = (code: Code, span: Span, message: string, more?: More) => void;

export interface More {
  readonly hint?: string | undefined;
  /** The code's own, unless given. */
  readonly severity?: Severity;
}

/** A finding with the severity of its code. */
export function finding(code: Code, { from, to }: Span, message: string, { hint, severity }: More = {}): Finding {
  const found = { code, severity: severity ?? severities[code], message, from, to };
  return hint === undefined ? found : { ...found, hint };
}
