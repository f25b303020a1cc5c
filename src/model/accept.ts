import { formatPath, type Path } from "../diagnostics/path.ts";
import type { Problem } from "../diagnostics/problem.ts";

/** What can be accepted: a problem, or a finding on an expression by the inventory path behind it. */
type Acceptable = Pick<Problem, "code" | "severity" | "path">;

/** A warning that an `accept` of the inventory allows. */
export interface Acceptance {
  readonly problem: Acceptable;
  readonly reason: string;
  /** The object whose `accept` it is. */
  readonly at: string;
}

/** Takes out the warnings that are accepted on the object they are about, or on one around it. Errors cannot be accepted. */
export function accepted<Found extends Acceptable>(
  problems: readonly Found[],
  raw: unknown,
): { readonly left: readonly Found[]; readonly acceptances: readonly Acceptance[] } {
  const left: Found[] = [];
  const acceptances: Acceptance[] = [];
  for (const problem of problems) {
    const found = problem.severity === "warning" ? acceptOf(problem, raw) : undefined;
    if (found === undefined) left.push(problem);
    else acceptances.push({ problem, ...found });
  }
  return { left, acceptances };
}

function acceptOf(problem: Acceptable, raw: unknown): { readonly reason: string; readonly at: string } | undefined {
  let value = raw;
  const trail: (string | number)[] = [];
  let found: { readonly reason: string; readonly at: string } | undefined;
  for (const step of [...problem.path, undefined]) {
    found = reasonIn(value, problem.code, trail) ?? found;
    if (step === undefined || typeof value !== "object" || value === null) break;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
    trail.push(step);
  }
  return found;
}

function reasonIn(
  value: unknown,
  code: string,
  at: Path,
): { readonly reason: string; readonly at: string } | undefined {
  if (typeof value !== "object" || value === null || !("accept" in value)) return undefined;
  const { accept } = value;
  if (typeof accept !== "object" || accept === null) return undefined;
  const reason: unknown = Object.getOwnPropertyDescriptor(accept, code)?.value;
  return typeof reason === "string" ? { reason, at: formatPath(at) } : undefined;
}
