import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestPath } from "../../artifact/manifest.ts";
import { shellWord } from "../../artifact/shell.ts";
import { checkWithAmtool } from "../../check/amtool/index.ts";
import { checkDashboards } from "../../check/dashboards/index.ts";
import { checkWithKeepalived } from "../../check/keepalived/index.ts";
import { checkWithNginx } from "../../check/nginx/index.ts";
import { checkWithPromtool } from "../../check/promtool/index.ts";
import { type Complaint, nothingToCheck, type Verdict } from "../../check/toolbox.ts";
import { severities } from "../../diagnostics/codes.ts";
import { formatPath, type Path } from "../../diagnostics/path.ts";
import type { Diagnostic } from "../../diagnostics/problem.ts";
import { originOf } from "../../explain/file.ts";
import { openToolbox } from "../../io/toolbox.ts";
import { compareTree, isSame } from "../../io/tree/write.ts";
import type { BuildResult } from "../../pipeline/build.ts";
import { type ExitCode, exit } from "../exit.ts";
import { type Loaded, load, placesOf } from "../load.ts";
import { printDocument, say } from "../output.ts";
import { codeFor, type Format, jsonHead, renderSummary, report, reportAccepted } from "../report.ts";
import { usualInventory } from "../usual-inventory.ts";

export interface CheckOptions extends Format {
  readonly inventory: string;
  readonly output?: string;
  readonly requireTools: boolean;
}

/** Lets the real tools judge what would be generated. Their complaints come at the inventory line behind them. */
export async function check(options: CheckOptions): Promise<ExitCode> {
  const loaded = await load(options.inventory);
  const { result } = loaded;
  const verdicts = result === undefined ? [] : await judge(result);
  const complaints = verdicts.flatMap((verdict) => (verdict.state === "failed" ? verdict.complaints : []));
  const diagnostics = [...loaded.diagnostics, ...(await placeComplaints(loaded, complaints))];
  const disk = result === undefined ? undefined : diskState(options, result);
  const unchecked = verdicts.some((verdict) => verdict.state === "unchecked");
  const found = codeFor(diagnostics, false);
  const code = found === exit.ok && unchecked && options.requireTools ? exit.missing : found;
  if (options.json === true) {
    const tools = verdicts.map((verdict) => ({ tool: verdict.tool, state: verdict.state, detail: detailOf(verdict) }));
    printDocument({
      ...jsonHead("check", diagnostics, loaded.accepted, code),
      expressions: result?.proof.count ?? 0,
      tools,
      disk: disk ?? null,
    });
    return code;
  }
  report(diagnostics, options);
  reportAccepted(loaded.accepted);
  if (result !== undefined)
    say(
      `proof: ${result.proof.count} expressions, ${result.proof.findings.length === 0 ? "passed" : `${result.proof.findings.length} findings`}`,
    );
  for (const verdict of verdicts) say(`${verdict.tool}: ${outcomeOf(verdict)}`);
  if (disk !== undefined) say(`disk: ${disk}`);
  say(`${options.inventory}: ${renderSummary(diagnostics)}`);
  return code;
}

/** All real tools that this stage has. */
export async function judge({ artifacts, signals, secrets, ownRules }: BuildResult): Promise<readonly Verdict[]> {
  const toolbox = openToolbox();
  try {
    return [
      ...(await checkWithPromtool({ artifacts, secrets, ownRules }, toolbox)),
      ...(await checkWithAmtool(artifacts, toolbox)),
      ...(await checkWithNginx(artifacts, toolbox)),
      ...(await checkWithKeepalived(artifacts, toolbox)),
      checkDashboards(artifacts, signals),
    ];
  } finally {
    toolbox.close();
  }
}

/** What was looked at and how it came out; where nothing was there to look at, no more than that. */
export function outcomeOf(verdict: Verdict): string {
  const detail = detailOf(verdict);
  if (verdict.state === "passed" && detail === nothingToCheck) return detail;
  return `${verdict.state === "unchecked" ? "not checked" : verdict.state}, ${detail}`;
}

function detailOf(verdict: Verdict): string {
  switch (verdict.state) {
    case "passed":
      return verdict.detail;
    case "failed":
      return `${verdict.complaints.length} complaint${verdict.complaints.length === 1 ? "" : "s"}`;
    case "unchecked":
      return verdict.reason;
  }
}

function diskState(options: CheckOptions, { artifacts, manifest }: BuildResult): string {
  const root = options.output ?? dirname(options.inventory);
  if (!existsSync(join(root, manifestPath))) return `nothing is generated in ${root}`;
  const difference = compareTree(root, artifacts, manifest);
  if (isSame(difference)) return `${root} is as it would be generated`;
  const { added, changed, removed, kept } = difference;
  return `${root} differs: ${added.length} missing, ${changed.length} changed, ${removed.length} left over, ${kept.length} edited by hand`;
}

/** Complaints as diagnostics at the inventory line that caused them. */
export async function placeComplaints(
  { text, file }: Loaded,
  complaints: readonly Complaint[],
): Promise<readonly Diagnostic[]> {
  const sources = complaints.map(sourceOf);
  const named = file === usualInventory ? "" : ` -i ${shellWord(file)}`;
  const places = await placesOf(text, file, sources);
  return complaints.map((complaint, index): Diagnostic => {
    const path = formatPath(sources[index] ?? []);
    const { line, column } = places.get(path) ?? { line: 1, column: 1 };
    const where =
      complaint.artifact === undefined
        ? ""
        : ` ${complaint.artifact.path}${complaint.line === undefined ? "" : `:${complaint.line}`}`;
    return {
      file,
      line,
      column,
      severity: severities["tool-rejects"],
      code: "tool-rejects",
      path,
      message: `${complaint.tool}${where}: ${complaint.text}`,
      hint: `change ${path === "" ? "the inventory" : path}; stackwright explain${named}${where === "" ? "" : where} tells what it makes`,
    };
  });
}

function sourceOf({ artifact, line }: Complaint): Path {
  if (artifact === undefined) return [];
  return (line === undefined ? undefined : originOf(artifact, line)?.source) ?? artifact.source[0] ?? [];
}
