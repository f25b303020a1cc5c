import type { Artifact, Origin } from "../artifact/artifact.ts";
import type { Explainable, Explanation } from "./explain.ts";

/** A generated file, by its path in the tree, its path on a host or `HOST:PATH`; with `:LINE` one line of it. */
export function explainFile(what: string, { artifacts }: Explainable): readonly Explanation[] {
  const match = /^(.+?):([0-9]+)$/.exec(what);
  const [name, line] = match?.[1] === undefined ? [what, undefined] : [match[1], Number(match[2])];
  return artifacts
    .filter((artifact) => isNamed(artifact, name))
    .flatMap((artifact) => (line === undefined ? [whole(artifact)] : oneLine(artifact, line)));
}

function isNamed(artifact: Artifact, name: string): boolean {
  const path = name.replace(/^\.\//, "");
  if (artifact.path === path) return true;
  return artifact.installs.some((install) => install.path === name || `${install.host}:${install.path}` === name);
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
