import type { Artifact } from "../../artifact/artifact.ts";
import type { Complaint, Toolbox, Verdict } from "../toolbox.ts";
import { readComplaints } from "./complaints.ts";
import { cannot, script } from "./script.ts";

const tool = "nginx -t";
const mainFile = "/etc/nginx/nginx.conf";

/** A file as it stands on a balancer. */
export interface Installed {
  readonly path: string;
  readonly artifact: Artifact;
}

/**
 * nginx judges the config of each balancer, the firewall included, as it is generated: in a folder that is its root,
 * with certificates and names that stand for the real ones. A warning is a complaint. Balancers with the same files
 * are judged once.
 */
export async function checkWithNginx(artifacts: readonly Artifact[], toolbox: Toolbox): Promise<readonly Verdict[]> {
  const balancers = balancersOf(artifacts);
  if (balancers.length === 0) return [];
  const nginx = toolbox.find("nginx");
  const unshare = toolbox.find("unshare");
  const unchecked = (reason: string): readonly Verdict[] => [{ tool, state: "unchecked", reason }];
  if (nginx === undefined) return unchecked("nginx is not here");
  if (unshare === undefined)
    return unchecked("unshare is not here, which nginx is tested with without touching this machine");
  const flags = await namespaceFlags(unshare, toolbox);
  if (flags === undefined)
    return unchecked("no namespaces can be made here: run it as root, or allow unprivileged user namespaces");
  const complaints: Complaint[] = [];
  const reasons = new Set<string>();
  for (const files of balancers) {
    const folder = toolbox.layOut(folderOf(files));
    const args = [...flags, "sh", `${folder}/test.sh`, `${folder}/root`, nginx];
    const { exitCode, output } = await toolbox.run(unshare, args, folder);
    if (exitCode === cannot) reasons.add(output.trim().split("\n").at(-1) ?? "");
    else complaints.push(...readComplaints(tool, { exitCode, output }, files));
  }
  if (complaints.length > 0)
    return [{ tool, state: "failed", complaints: [...new Map(complaints.map((each) => [each.text, each])).values()] }];
  if (reasons.size > 0) return unchecked([...reasons].join("; "));
  return [{ tool, state: "passed", detail: `${balancers.length} config${balancers.length === 1 ? "" : "s"}` }];
}

/** The files of each balancer, once for each set of files. */
function balancersOf(artifacts: readonly Artifact[]): readonly (readonly Installed[])[] {
  const byHost = new Map<string, Installed[]>();
  for (const artifact of artifacts)
    for (const { host, path } of artifact.installs) {
      if (!path.startsWith("/etc/nginx/")) continue;
      byHost.set(host, [...(byHost.get(host) ?? []), { path, artifact }]);
    }
  const sets = [...byHost.values()].filter((files) => files.some(({ path }) => path === mainFile));
  return [...new Map(sets.map((files) => [files.map(({ artifact }) => artifact.path).join("\n"), files])).values()];
}

/** How namespaces can be made: as a user who is root inside only, else as root. */
async function namespaceFlags(unshare: string, toolbox: Toolbox): Promise<readonly string[] | undefined> {
  for (const flags of [["-rnm"], ["-nm"]])
    if ((await toolbox.run(unshare, [...flags, "true"], "/")).exitCode === 0) return flags;
  return undefined;
}

function folderOf(files: readonly Installed[]): readonly { readonly path: string; readonly content: string }[] {
  const text = files.map(({ artifact }) => artifact.content).join("\n");
  const matches = (pattern: RegExp): readonly string[] => [
    ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? "")),
  ];
  const certificates = matches(/^\s*(?:ssl_certificate(?:_key)?|proxy_ssl_trusted_certificate) (\/\S+);$/gm);
  // Names of services that others run; nginx looks them up when it starts.
  const names = matches(/^\s*server ([A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*):[0-9]+ /gm);
  const users = ["root", "www-data", "nginx", "adm"];
  return [
    { path: "test.sh", content: script },
    ...files.map(({ path, artifact }) => ({ path: `root${path}`, content: artifact.content })),
    { path: "root/stubs", content: certificates.map((path) => `${path}\n`).join("") },
    { path: "root/etc/hosts", content: `127.0.0.1 ${["localhost", ...names].join(" ")}\n` },
    { path: "root/etc/nsswitch.conf", content: "hosts: files\n" },
    // All of them are root: a namespace without rights has one user only.
    { path: "root/etc/passwd", content: users.map((user) => `${user}:x:0:0::/:/bin/false\n`).join("") },
    { path: "root/etc/group", content: users.map((user) => `${user}:x:0:\n`).join("") },
  ];
}
