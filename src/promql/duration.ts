const units: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Whether a literal is written as a duration (`5m`, `1h30m`) rather than as a number. */
export function isDuration(literal: string): boolean {
  return /^\d+[smhdwy]/.test(literal);
}

/** The number behind a literal, durations in seconds. `0x1F`, `1_000`, `.5`, `1e3`, `Inf` and `NaN` in any case. */
export function literalValue(literal: string): number {
  if (/^\d+$/.test(literal)) return Number(literal);
  if (isDuration(literal)) {
    let seconds = 0;
    for (const [, amount, unit] of literal.matchAll(/(\d+)(ms|[smhdwy])/g)) {
      seconds += Number(amount) * (units[unit ?? ""] ?? 0);
    }
    return seconds;
  }
  if (/^inf$/i.test(literal)) return Number.POSITIVE_INFINITY;
  return Number(literal.replaceAll("_", ""));
}
