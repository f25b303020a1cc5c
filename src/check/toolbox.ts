import type { Artifact } from "../artifact/artifact.ts";

/** What the checks need of the outside: `io/` gives it. */
export interface Toolbox {
  /** Where a tool is; undefined where it is not here. */
  readonly find: (name: string) => string | undefined;
  /** Runs a tool in a folder; its two outputs are one text. */
  readonly run: (
    file: string,
    args: readonly string[],
    cwd: string,
  ) => Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Writes files below a new temporary folder and gives its path; it is removed when the checks are over. */
  readonly layOut: (files: readonly { readonly path: string; readonly content: string }[]) => string;
}

/** Detail of a check that passes because there is nothing for it. */
export const nothingToCheck = "nothing to check";

/** What one tool said. `unchecked` is never `passed`. */
export type Verdict =
  | { readonly tool: string; readonly state: "passed"; readonly detail: string }
  | { readonly tool: string; readonly state: "failed"; readonly complaints: readonly Complaint[] }
  | { readonly tool: string; readonly state: "unchecked"; readonly reason: string };

/** A tool's words about one of our files. */
export interface Complaint {
  readonly tool: string;
  /** The artifact that it is about, where that could be told. */
  readonly artifact: Artifact | undefined;
  /** Line in the artifact, where the tool or a name in its words gives one. */
  readonly line: number | undefined;
  readonly text: string;
}
