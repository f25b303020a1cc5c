import type { Artifact, Origin } from "../artifact/artifact.ts";
import { manifestPath } from "../artifact/manifest.ts";
import type { Explainable, Explanation } from "./explain.ts";

/** A generated file, by its path in the tree, its path on a host or `HOST:PATH`; with `:LINE` one line of it. */
export function explainFile(what: string, { artifacts }: Explainable): readonly Explanation[] {
  const match = /^(.+?):([0-9]+)$/.exec(what);
  const [name, line] = match?.[1] === undefined ? [what, undefined] : [match[1], Number(match[2])];
  if (endsIn(name, manifestPath)) return [manifest];
  return artifacts
    .filter((artifact) => isNamed(artifact, name))
    .flatMap((artifact) => (line === undefined ? [whole(artifact)] : oneLine(artifact, line)));
}

function isNamed(artifact: Artifact, name: string): boolean {
  if (endsIn(name, artifact.path)) return true;
  return artifact.installs.some((install) => install.path === name || `${install.host}:${install.path}` === name);
}

/** The tree may stand anywhere, so a path may begin with where it is: `out/alerts/node.yml`. */
function endsIn(name: string, path: string): boolean {
  return name === path || name.endsWith(`/${path}`);
}

const manifest: Explanation = {
  subject: manifestPath,
  facts: [
    "lists every generated file with its checksum, what it comes from and where it goes, and every secret",
    "written last, so that a tree with a new manifest is whole",
  ],
  component: "artifact",
  sources: [[]],
};

/** Units that are restarted on one host or another. */
function restarted({ installs }: Artifact): readonly string[] {
  return [...new Set(installs.flatMap(({ restart = [] }) => restart))];
}

function whole(artifact: Artifact): Explanation {
  const { installs } = artifact;
  const hosts = installs.map((install) => install.host);
  return {
    subject: artifact.path,
    facts: [
      `made by ${artifact.generator}`,
      ...(installs[0] === undefined ? [] : [`goes to ${installs[0].path} on ${hosts.join(", ")}`]),
      ...(installs[0]?.reload === undefined ? [] : [`${installs[0].reload} is reloaded when it changes`]),
      ...(restarted(artifact).length === 0 ? [] : [`restarted when it changes: ${restarted(artifact).join(", ")}`]),
    ],
    component: artifact.generator,
    sources: artifact.source,
  };
}

function oneLine(artifact: Artifact, line: number): readonly Explanation[] {
  const lines = artifact.content.split("\n");
  const text = lines[line - 1];
  if (text === undefined || (line === lines.length && text === "")) return [];
  const origin = originOf(artifact, line);
  return [
    {
      subject: `${artifact.path} line ${line}`,
      facts: [text.trim().slice(0, 160)].filter((fact) => fact !== ""),
      component: origin?.component ?? artifact.generator,
      sources: origin === undefined ? artifact.source : [origin.source],
    },
  ];
}

/** The innermost origin of a line. */
export function originOf(artifact: Artifact, line: number): Origin | undefined {
  return artifact.origins?.findLast((origin) => origin.from <= line && line <= origin.to);
}
