import type { Artifact } from "../../artifact/artifact.ts";
import type { Complaint, Toolbox, Verdict } from "../toolbox.ts";
import { checkFiles, configPath, type Installed } from "./files.ts";
import { cannot, script } from "./script.ts";

const tool = "keepalived -t";
/**
 * keepalived judges the config of each member, as it is generated. Everything but exit code 0 is a failure: with 5 it
 * would start and repair the config in silence. What it does not look at is looked at here.
 */
export async function checkWithKeepalived(
  artifacts: readonly Artifact[],
  toolbox: Toolbox,
): Promise<readonly Verdict[]> {
  const members = membersOf(artifacts);
  if (members.size === 0) return [];
  const found = [...members].flatMap(([host, files]) => checkFiles(tool, host, files));
  if (found.length > 0) return [{ tool, state: "failed", complaints: unique(found) }];
  const unchecked = (reason: string): readonly Verdict[] => [{ tool, state: "unchecked", reason }];
  const keepalived = toolbox.find("keepalived");
  if (keepalived === undefined) return unchecked("keepalived is not here");
  const missing = ["unshare", "ip", "chroot"].filter((name) => toolbox.find(name) === undefined);
  if (missing.length > 0) return unchecked(`${missing.join(", ")} not here, to test it without touching this machine`);
  const unshare = toolbox.find("unshare") ?? "";
  const probe = await toolbox.run(unshare, ["--net", "--mount", "true"], "/");
  if (probe.exitCode !== 0)
    return unchecked("it needs root, because keepalived refuses scripts that do not belong to root");
  const folder = toolbox.layOut([{ path: "test.sh", content: script }, ...[...members].flatMap(layOutMember)]);
  const args = ["--mount", "sh", `${folder}/test.sh`, folder, keepalived];
  const { exitCode, output } = await toolbox.run(unshare, args, folder);
  if (exitCode === cannot) return unchecked(output.trim().split("\n").at(-1) ?? "");
  const complaints = readComplaints(output, members);
  if (complaints.length > 0) return [{ tool, state: "failed", complaints: unique(complaints) }];
  return [{ tool, state: "passed", detail: `${members.size} config${members.size === 1 ? "" : "s"}` }];
}

/** Files of keepalived by host. Who has any of them needs all of them. */
function membersOf(artifacts: readonly Artifact[]): ReadonlyMap<string, readonly Installed[]> {
  const members = new Map<string, Installed[]>();
  for (const artifact of artifacts)
    for (const { host, path } of artifact.installs) {
      if (!/\/keepalived(?:\.service\.d)?\//.test(path)) continue;
      members.set(host, [...(members.get(host) ?? []), { path, artifact }]);
    }
  return members;
}

function layOutMember([host, files]: readonly [string, readonly Installed[]]): readonly {
  readonly path: string;
  readonly content: string;
}[] {
  const root = `hosts/${host}`;
  const config = files.find(({ path }) => path === configPath)?.artifact.content ?? "";
  const interfaces = [...config.matchAll(/^\s*interface (\S+)$/gm)].map((match) => match[1] ?? "");
  return [
    { path: `${root}/interfaces`, content: [...new Set(interfaces)].map((name) => `${name}\n`).join("") },
    ...files.map(({ path, artifact }) => ({
      path: root + path.replace(/^\/usr\/libexec\//, "/libexec/"),
      content: artifact.content,
    })),
  ];
}

/** A complaint for each line that keepalived says of a host whose config it does not take as it is. */
function readComplaints(output: string, members: ReadonlyMap<string, readonly Installed[]>): readonly Complaint[] {
  const judged = output.split(/^host /m).slice(1);
  const complaints = judged.flatMap((part) => {
    const [host = "", ...lines] = part.trimEnd().split("\n");
    const code = /^exit ([0-9]+)$/.exec(lines.at(-1) ?? "")?.[1];
    if (code === "0") return [];
    const artifact = members.get(host)?.find(({ path }) => path === configPath)?.artifact;
    const said = lines.slice(0, -1).filter((line) => line.trim() !== "");
    const texts = said.length > 0 ? said : [`exit code ${code}, without a word`];
    return texts.map((line) => complaint(line, artifact));
  });
  const silent = [...members.keys()].filter((host) => !judged.some((part) => part.startsWith(`${host}\n`)));
  return [
    ...complaints,
    ...silent.map((host) => ({ tool, artifact: undefined, line: undefined, text: `${host} was not judged` })),
  ];
}

/** `(/etc/keepalived/keepalived.conf: Line 33) (web) track file state_edge not found, ignoring...` */
function complaint(said: string, artifact: Artifact | undefined): Complaint {
  const [, place, rest = ""] = /^(?:\((?:\S+: )?Line ([0-9]+)\) )?(.*)$/.exec(said.trim()) ?? [];
  const name = /^\(([^)]+)\)/.exec(rest)?.[1];
  const index = artifact?.content.split("\n").indexOf(`vrrp_instance ${name} {`) ?? -1;
  const line = place !== undefined ? Number(place) : index >= 0 ? index + 1 : undefined;
  return { tool, artifact, line, text: rest };
}

/** Members have the same mistake; it is told once. */
function unique(complaints: readonly Complaint[]): readonly Complaint[] {
  return [...new Map(complaints.map((each) => [`${each.text} ${each.line}`, each])).values()];
}
