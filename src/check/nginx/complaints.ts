import type { Artifact } from "../../artifact/artifact.ts";
import type { Complaint } from "../toolbox.ts";
import type { Installed } from "./index.ts";

/** Lines of nginx's output that complain: everything from a warning on, and any line where it has failed without one. */
export function readComplaints(
  tool: string,
  { exitCode, output }: { readonly exitCode: number; readonly output: string },
  files: readonly Installed[],
): readonly Complaint[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const said = lines.flatMap(
    (line) => /\[(?:warn|error|crit|alert|emerg)\] (?:[0-9]+#[0-9]+: )?(.*)$/.exec(line)?.[1] ?? [],
  );
  const words = said.length === 0 && exitCode !== 0 ? [lines.join("; ") || `ended with ${exitCode}`] : said;
  return words.map((text) => {
    const { artifact, line } = placeOf(text, files);
    return { tool, artifact, line, text: text.replace(/ in \/etc\/nginx\/\S+:[0-9]+$/, "").trim() };
  });
}

/** nginx names the file and line; ModSecurity names its own, which is nearer; else a file that is quoted is looked for. */
function placeOf(
  text: string,
  files: readonly Installed[],
): { readonly artifact: Artifact | undefined; readonly line: number | undefined } {
  const places = [/File: (\S+?)\. Line: ([0-9]+)\./.exec(text), / in (\/etc\/nginx\/\S+?):([0-9]+)$/.exec(text.trim())];
  for (const place of places) {
    const artifact = files.find(({ path }) => path === place?.[1])?.artifact;
    if (artifact !== undefined) return { artifact, line: Number(place?.[2]) };
  }
  for (const [, quoted = ""] of text.matchAll(/"([^"]{3,})"/g))
    for (const { artifact } of files) {
      const index = artifact.content.split("\n").findIndex((line) => hasWord(line, quoted));
      if (index >= 0) return { artifact, line: index + 1 };
    }
  return { artifact: files.find(({ path }) => path === "/etc/nginx/nginx.conf")?.artifact, line: undefined };
}

function hasWord(line: string, word: string): boolean {
  return !line.startsWith("#") && line.split(/[\s;"']+/).includes(word);
}
