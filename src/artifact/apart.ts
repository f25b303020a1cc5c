import type { Artifact } from "./artifact.ts";

/**
 * Throws where two artifacts want one place of the tree, or one path of a host, with different contents: one of them
 * would be lost without a word.
 */
export function assertApart(artifacts: readonly Artifact[]): void {
  const taken = new Map<string, Artifact>();
  for (const artifact of artifacts) claimAll(taken, artifact);
}

function claimAll(taken: Map<string, Artifact>, artifact: Artifact): void {
  claim(taken, artifact.path, artifact);
  for (const { host, path } of artifact.installs) claim(taken, `${host}:${path}`, artifact);
}

function claim(taken: Map<string, Artifact>, place: string, artifact: Artifact): void {
  const other = taken.get(place);
  if (other === undefined) taken.set(place, artifact);
  else if (other.content !== artifact.content || other.mode !== artifact.mode || other.owner !== artifact.owner)
    throw new Error(`${other.generator} and ${artifact.generator} want different files at ${place}`);
}
