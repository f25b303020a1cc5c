import type { Artifact } from "../../artifact/artifact.ts";
import type { HostSecret } from "../../model/secret-path.ts";
import { placeComplaint } from "../complaint.ts";
import { type Complaint, nothingToCheck, type Toolbox, type Verdict } from "../toolbox.ts";

/** What promtool judges: our artifacts, and the operator's own rules and unit tests at their own paths. */
export interface ForPromtool {
  readonly artifacts: readonly Artifact[];
  readonly secrets: readonly HostSecret[];
  readonly ownRules: readonly { readonly file: string; readonly content: string; readonly isTest: boolean }[];
}

/** promtool judges each server's config, lints the rules and runs their unit tests, ours and the operator's own. */
export async function checkWithPromtool(
  { artifacts, secrets, ownRules }: ForPromtool,
  toolbox: Toolbox,
): Promise<readonly Verdict[]> {
  const promtool = toolbox.find("promtool");
  const parts = ["promtool check config", "promtool check rules", "promtool test rules"] as const;
  if (promtool === undefined)
    return parts.map((tool) => ({ tool, state: "unchecked", reason: "promtool is not here" }));
  const own = ownRules.map((rule) => ({ ...rule, artifact: asArtifact(rule) }));
  const rules = [
    ...artifacts.filter((artifact) => /^alerts\/[^/]+\.yml$/.test(artifact.path)),
    ...own.filter((rule) => !rule.isTest).map((rule) => rule.artifact),
  ];
  const tests = [
    ...artifacts.filter((artifact) => artifact.path.startsWith("alerts/tests/")),
    ...own.filter((rule) => rule.isTest).map((rule) => rule.artifact),
  ];
  const configs = artifacts.filter((artifact) => artifact.path.endsWith("/etc/prometheus/prometheus.yml"));
  const tree = toolbox.layOut([...artifacts, ...own.map((rule) => rule.artifact)]);
  const lint = ["check", "rules", "--lint=all", "--lint-fatal", ...rules.map((rule) => rule.path)];
  return [
    await judgeConfigs(promtool, configs, artifacts, secrets, toolbox),
    await judge(parts[1], promtool, lint, tree, rules, toolbox),
    await judge(
      parts[2],
      promtool,
      ["test", "rules", ...tests.map((test) => test.path)],
      tree,
      [...rules, ...tests],
      toolbox,
    ),
  ];
}

/** An own file as the complaint's place: the inventory names it under `extra.rules`. */
function asArtifact({ file, content }: ForPromtool["ownRules"][number]): Artifact {
  const source = [["extra", "rules"]];
  return { path: file, content, mode: 0o644, owner: "root:root", generator: "extra", source, installs: [] };
}

async function judge(
  name: string,
  promtool: string,
  args: readonly string[],
  cwd: string,
  files: readonly Artifact[],
  toolbox: Toolbox,
): Promise<Verdict> {
  if (files.length === 0) return { tool: name, state: "passed", detail: nothingToCheck };
  const { exitCode, output } = await toolbox.run(promtool, args, cwd);
  if (exitCode === 0) return { tool: name, state: "passed", detail: detailOf(name, output, files) };
  const named = files.map((artifact) => ({ name: artifact.path, artifact }));
  const complaints = split(output).map((text) => placeComplaint(name, text, named));
  return {
    tool: name,
    state: "failed",
    complaints: complaints.length > 0 ? complaints : [placeComplaint(name, output, named)],
  };
}

function detailOf(name: string, output: string, files: readonly Artifact[]): string {
  const rules = [...output.matchAll(/SUCCESS: ([0-9]+) rules found/g)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  const tests = files
    .filter((file) => file.path.startsWith("alerts/tests/"))
    .reduce((sum, file) => sum + file.content.split("\n  - name: ").length - 1, 0);
  return name === "promtool test rules" ? `${tests} unit tests` : `${rules} rules in ${files.length} files`;
}

/** Each server's files stand as on the host; files for secrets are there, empty, because promtool opens them. */
async function judgeConfigs(
  promtool: string,
  configs: readonly Artifact[],
  artifacts: readonly Artifact[],
  secrets: readonly HostSecret[],
  toolbox: Toolbox,
): Promise<Verdict> {
  const name = "promtool check config";
  if (configs.length === 0) return { tool: name, state: "passed", detail: nothingToCheck };
  const complaints: Complaint[] = [];
  const hosts = configs.flatMap((config) => config.installs.map((install) => ({ host: install.host, config })));
  for (const { host, config } of hosts) {
    const installed = artifacts.flatMap((artifact) =>
      artifact.installs
        .filter((install) => install.host === host && install.path.startsWith("/etc/prometheus/"))
        .map((install) => ({ path: install.path.slice(1), content: artifact.content, artifact })),
    );
    const empty = secrets
      .filter((secret) => secret.host === host)
      .map((secret) => ({ path: secret.path.slice(1), content: "" }));
    const tree = toolbox.layOut([...installed, ...empty]);
    const { exitCode, output } = await toolbox.run(
      promtool,
      ["check", "config", "etc/prometheus/prometheus.yml"],
      tree,
    );
    if (exitCode === 0) continue;
    const named = installed.map(({ path, artifact }) => ({ name: path.replace("etc/prometheus/", ""), artifact }));
    complaints.push(...split(output).map((text) => placeComplaint(name, text, named, config)));
  }
  if (complaints.length > 0) return { tool: name, state: "failed", complaints: unique(complaints) };
  return { tool: name, state: "passed", detail: `${hosts.length} server${hosts.length === 1 ? "" : "s"}` };
}

/** The parts of promtool's output that complain: what follows `FAILED`, up to the next file; of unit tests each failure. */
function split(output: string): readonly string[] {
  const parts = output.split(/^(?=\s*(?:Checking |Unit Testing:|FAILED|SUCCESS|Loading ))/m).map((part) => part.trim());
  const complaints: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (!part.includes("FAILED")) continue;
    const before = parts[index - 1] ?? "";
    const head = /^(?:Checking|Unit Testing:)/.test(before) && !before.includes("FAILED") ? `${before}\n` : "";
    const [whole = "", ...failures] = part.split(failureStart);
    complaints.push(...(failures.length > 0 ? failures : [whole]).map((text) => head + text));
  }
  return complaints;
}

/** A failure begins with the name of its test where the version prints it, else with what was asked. */
const failureStart = /\n\s*(?=name: )|(?<!name: [^\n]*)\n\s*(?=(?:expr|alertname|rule): )/;

/** The servers of a pair have the same mistake; it is told once. */
function unique(complaints: readonly Complaint[]): readonly Complaint[] {
  return [...new Map(complaints.map((complaint) => [complaint.text, complaint])).values()];
}
