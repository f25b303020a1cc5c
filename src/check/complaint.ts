import type { Artifact } from "../artifact/artifact.ts";
import type { Complaint } from "./toolbox.ts";

/**
 * Finds the place that a tool's words are about: a file that they name and a line in it, else the rule, job or receiver
 * whose name they quote.
 */
export function placeComplaint(
  tool: string,
  text: string,
  files: readonly { readonly name: string; readonly artifact: Artifact }[],
  fallback?: Artifact,
): Complaint {
  const named =
    files.filter((file) => text.includes(file.name)).sort((a, b) => b.name.length - a.name.length)[0]?.artifact ??
    fallback;
  const artifacts = named === undefined ? files.map((file) => file.artifact) : [named];
  const number = Number(
    /\bline ([0-9]+)/.exec(text)?.[1] ?? /\.(?:ya?ml|json):\s*([0-9]+):[0-9]+/.exec(text)?.[1] ?? Number.NaN,
  );
  if (named !== undefined && !Number.isNaN(number)) return { tool, artifact: named, line: number, text: clean(text) };
  // A unit test may speak of several alerts; the query of what failed is about one.
  const asked = [...text.matchAll(/\balertname=\\*"([A-Za-z0-9]+)/g)].map((match) => match[1] ?? "");
  const names = [...text.matchAll(/"([^"\n]{2,80})"|\b([A-Z][a-z]+[A-Z][A-Za-z0-9]+|[a-z]+(?:_[a-z]+)+)\b/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const quoted = asked.length > 0 ? asked : names;
  for (const artifact of artifacts)
    for (const origin of artifact.origins ?? [])
      if (quoted.some((name) => origin.component?.split(" ").includes(name) === true))
        return { tool, artifact, line: origin.from, text: clean(text) };
  for (const artifact of artifacts)
    for (const name of quoted) {
      const index = artifact.content.split("\n").findIndex((line) => line.includes(name));
      if (index >= 0) return { tool, artifact, line: index + 1, text: clean(text) };
    }
  return { tool, artifact: named, line: undefined, text: clean(text) };
}

/** Words of the tools that say nothing to a reader of one complaint. */
const noise = [
  /^Checking .*$/,
  /^Unit Testing:.*$/,
  /^FAILED:?$/,
  /^SUCCESS.*$/,
  /^amtool: error: failed to validate .*$/,
];

/** One line, without the temporary folder and the tools' own frame around it. */
function clean(text: string): string {
  return text
    .replaceAll(/\/[^\s:"']*\/stackwright-check-[^/\s]+\//g, "")
    .split("\n")
    .map((line) => line.trim().replace(/^(?:Checking '[^']*' *)?FAILED: /, ""))
    .filter((line) => line !== "" && !noise.some((each) => each.test(line)))
    .join("; ");
}
