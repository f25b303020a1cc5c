import { jsonProblem } from "../diagnostics/json.ts";
import { formatPath } from "../diagnostics/path.ts";
import type { Diagnostic } from "../diagnostics/problem.ts";
import { renderLine, renderPretty, renderSummary } from "../diagnostics/render.ts";
import type { Acceptance } from "../model/accept.ts";
import { type ExitCode, exit } from "./exit.ts";
import { hasColour, say } from "./output.ts";

/** How a command shows problems. */
export interface Format {
  readonly format?: "pretty" | "line";
  readonly json?: boolean;
}

/** Writes problems to stdout, since they are the command's data: with excerpts on a terminal, else a line each. */
export function report(diagnostics: readonly Diagnostic[], { format }: Format): void {
  const pretty = format === "pretty" || (format === undefined && process.stdout.isTTY === true);
  const color = hasColour(process.stdout);
  for (const diagnostic of diagnostics)
    process.stdout.write(pretty ? `${renderPretty(diagnostic, { color })}\n\n` : `${renderLine(diagnostic)}\n`);
}

/** Lists accepted warnings on stderr, with their reasons. */
export function reportAccepted(accepted: readonly Acceptance[]): void {
  for (const { problem, reason, at } of accepted)
    say(`accepted ${problem.code} at ${at === "" ? "the inventory" : at}: ${reason}`);
}

/** The part of a JSON document that every command has. */
export function jsonHead(
  command: string,
  diagnostics: readonly Diagnostic[],
  accepted: readonly Acceptance[],
  code: ExitCode,
): object {
  return {
    schema: 1,
    command,
    ok: code === exit.ok,
    problems: diagnostics.map(jsonProblem),
    accepted: accepted.map(({ problem, reason, at }) => ({
      code: problem.code,
      path: formatPath(problem.path),
      reason,
      at,
    })),
  };
}

/** 1 on an error, or on a warning where the command is strict. */
export function codeFor(diagnostics: readonly Diagnostic[], strict: boolean): ExitCode {
  return diagnostics.some(({ severity }) => severity === "error" || strict) ? exit.problem : exit.ok;
}

export { renderSummary };
