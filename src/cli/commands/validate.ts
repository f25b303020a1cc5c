import type { ExitCode } from "../exit.ts";
import { load } from "../load.ts";
import { count, printDocument, say } from "../output.ts";
import { codeFor, type Format, jsonHead, renderSummary, report, reportAccepted } from "../report.ts";

/** Reports every problem of an inventory. */
export async function validate(
  options: Format & { readonly inventory: string; readonly strict: boolean },
): Promise<ExitCode> {
  const { diagnostics, accepted, result } = await load(options.inventory);
  const code = codeFor(diagnostics, options.strict);
  if (options.json === true) {
    printDocument(jsonHead("validate", diagnostics, accepted, code));
    return code;
  }
  report(diagnostics, options);
  reportAccepted(accepted);
  const size =
    result === undefined
      ? ""
      : `: ${count(result.model.hosts.size, "host")}, ${count(result.model.services.size, "service")}`;
  say(`${options.inventory}${size}: ${renderSummary(diagnostics)}`);
  return code;
}
