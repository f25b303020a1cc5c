import type { Code } from "../diagnostics/codes.ts";
import type { Path } from "../diagnostics/path.ts";

/** Why a text is no inventory, by offset in the text (UTF-16 units). No message repeats a value of the text. */
export interface Flaw {
  readonly code: Extract<Code, "yaml-syntax" | "yaml-limits" | "duplicate-name" | "unsafe-value" | "invalid-value">;
  readonly offset: number;
  /** Of what the caret underlines. */
  readonly length: number;
  readonly path: Path;
  /** `{line}` stands for "line N" of `mentions`. */
  readonly message: string;
  readonly mentions?: number;
  readonly hint?: string;
}
