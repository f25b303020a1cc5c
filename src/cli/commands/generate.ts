import { dirname } from "node:path";
import { fileErrorText, isFileError } from "../../io/file-error.ts";
import { DamagedTree } from "../../io/tree/journal.ts";
import {
  compareTree,
  type Difference,
  isSame,
  isUnfinishedTree,
  type Written,
  writeTree,
} from "../../io/tree/write.ts";
import { type ExitCode, exit } from "../exit.ts";
import { fileErrorDocument, UnreadableFile } from "../file-error.ts";
import { type Loaded, load } from "../load.ts";
import { count, printDocument, say } from "../output.ts";
import { codeFor, type Format, jsonHead, renderSummary, report, reportAccepted } from "../report.ts";

export interface GenerateOptions extends Format {
  readonly inventory: string;
  readonly output?: string;
  readonly check: boolean;
  readonly watch: boolean;
  readonly force: boolean;
  readonly strict: boolean;
}

/** How long a second run waits for the first. */
const lockWaitMs = 10_000;

/** Proves the expressions and writes the artifacts; with `watch` again and again. */
export async function generate(options: GenerateOptions): Promise<ExitCode> {
  if (!options.watch) return generateFrom(await load(options.inventory), options);
  const { watchInventory } = await import("../watch.ts");
  return watchInventory(options.inventory, async () => {
    const loaded = await load(options.inventory);
    await generateFrom(loaded, options);
    const extra = loaded.result?.model.extra;
    return extra && [...extra.rules, ...extra.dashboards, ...extra.scrapeConfigs];
  });
}

async function generateFrom(loaded: Loaded, options: GenerateOptions): Promise<ExitCode> {
  const code = codeFor(loaded.diagnostics, options.strict);
  if (loaded.result === undefined || code !== exit.ok) return tell(options, loaded, { code, outcome: undefined });
  const { artifacts, manifest } = loaded.result;
  const root = options.output ?? dirname(options.inventory);
  if (options.check) {
    const difference = compareTree(root, artifacts, manifest);
    return tell(options, loaded, {
      code: isSame(difference) ? exit.ok : exit.problem,
      outcome: { ok: true, difference, finishedEarlierRun: false },
    });
  }
  let outcome: Written;
  try {
    outcome = await writeTree(root, artifacts, manifest, { force: options.force, waitMs: lockWaitMs });
  } catch (error) {
    if (error instanceof DamagedTree) throw new UnreadableFile(error.message, root);
    if (!isFileError(error)) throw error;
    say(`stackwright: ${fileErrorText(error, root)}`);
    say(
      isUnfinishedTree(root)
        ? "the change is begun; run it again to finish it"
        : "nothing was changed; run it again when that is mended",
    );
    if (options.json === true) printDocument(fileErrorDocument("generate", error, root));
    return exit.missing;
  }
  return tell(options, loaded, {
    code: outcome.ok && outcome.difference.kept.length === 0 ? exit.ok : exit.problem,
    outcome,
  });
}

interface Outcome {
  readonly code: ExitCode;
  /** Undefined where nothing was compared or written. */
  readonly outcome: Written | undefined;
}

function tell(options: GenerateOptions, loaded: Loaded, { code, outcome }: Outcome): ExitCode {
  const difference = outcome === undefined || "holder" in outcome ? undefined : outcome.difference;
  if (options.json === true) {
    printDocument({
      ...jsonHead("generate", loaded.diagnostics, loaded.accepted, code),
      expressions: loaded.result?.proof.count ?? 0,
      artifacts: loaded.result?.artifacts.length ?? 0,
      ...(outcome !== undefined && "holder" in outcome && { locked_by: outcome.holder }),
      ...(difference && { difference }),
    });
    return code;
  }
  report(loaded.diagnostics, options);
  reportAccepted(loaded.accepted);
  if (loaded.diagnostics.length > 0) say(`${options.inventory}: ${renderSummary(loaded.diagnostics)}`);
  if (outcome === undefined) say("nothing was written");
  else if ("holder" in outcome)
    say(`stackwright: ${outcome.holder} is writing to the same folder; try again when it has ended`);
  else tellDifference(options, loaded, outcome.difference, outcome.ok);
  if (outcome?.ok === true && outcome.finishedEarlierRun) say("finished what an interrupted run had begun");
  return code;
}

function tellDifference(options: GenerateOptions, { result }: Loaded, difference: Difference, ok: boolean): void {
  const { added, changed, removed, kept, refused, foreign, unfinished } = difference;
  const root = options.output ?? dirname(options.inventory);
  for (const reason of new Set(refused)) say(`refused: ${reason}`);
  if (foreign !== undefined)
    say(
      `refused: ${root} holds platform ${foreign.platform}, environment ${foreign.environment}; name another folder with -o, or use --force`,
    );
  for (const path of kept)
    say(`kept: ${path} was edited by hand, or is not ours; move it away, or use --force to overwrite it`);
  if (!ok) {
    say("nothing was written");
    return;
  }
  if (options.check) {
    for (const [what, paths] of [
      ["missing", added],
      ["differs", changed],
      ["left over", removed],
    ] as const)
      for (const path of paths) process.stdout.write(`${what}: ${path}\n`);
    if (unfinished) say("an earlier run was interrupted; stackwright generate finishes it");
    say(isSame(difference) ? "the disk is as it would be generated" : "the disk differs; run stackwright generate");
    return;
  }
  const numbers = `${added.length} added, ${changed.length} changed, ${removed.length} removed`;
  say(
    `${count(result?.artifacts.length ?? 0, "artifact")} and their manifest in ${root}: ${numbers}; ${count(result?.proof.count ?? 0, "expression")} proven`,
  );
}
