import { createReporter, type Reporter } from "../../../packages/telemetry/src/reports/reporter.ts";

/** A reporter that keeps what it says. */
export function recordReports(): { readonly reporter: Reporter; readonly lines: string[] } {
  const lines: string[] = [];
  return { reporter: createReporter((line) => lines.push(line)), lines };
}
