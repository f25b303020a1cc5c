import type { Artifact } from "../../artifact/artifact.ts";
import type { Complaint } from "../toolbox.ts";

export const configPath = "/etc/keepalived/keepalived.conf";

/** A file as it stands on a member. */
export interface Installed {
  readonly path: string;
  readonly artifact: Artifact;
}

/**
 * What `keepalived -t` says nothing about: it is content with a config that is missing or empty, and with a script that
 * nobody may execute. A script that others may write is refused here too, without root.
 */
export function checkFiles(tool: string, host: string, files: readonly Installed[]): readonly Complaint[] {
  const config = files.find(({ path }) => path === configPath)?.artifact;
  if (config === undefined) {
    const artifact = files[0]?.artifact;
    return [{ tool, artifact, line: undefined, text: `${host} has files of keepalived and no ${configPath}` }];
  }
  const lines = config.content.split("\n");
  const at = (line: number | undefined, text: string): Complaint => ({ tool, artifact: config, line, text });
  if (lines.every((line) => /^\s*(?:[#!].*)?$/.test(line))) return [at(undefined, `${configPath} is empty`)];
  return lines.flatMap((line, index) => {
    const path = /^\s*script\s+(.*?)\s*$/.exec(line)?.[1];
    if (path === undefined) return [];
    const script = files.find((file) => file.path === path)?.artifact;
    if (script === undefined) return [at(index + 1, `script ${path} is not generated for ${host}`)];
    const mode = script.mode.toString(8).padStart(4, "0");
    if ((script.mode & 0o111) !== 0o111)
      return [at(index + 1, `script ${path} has mode ${mode}: it cannot be executed`)];
    if ((script.mode & 0o022) !== 0 || script.owner !== "root:root")
      return [at(index + 1, `script ${path} has mode ${mode} and belongs to ${script.owner}: others can change it`)];
    return [];
  });
}
