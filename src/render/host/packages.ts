import type { Origin } from "../../artifact/artifact.ts";
import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Host, Model } from "../../model/model.ts";
import type { Package } from "../../signals/host.ts";
import type { Signals } from "../../signals/signals.ts";

export const packagesPath = "/etc/stackwright/packages";

/** Something to install: a package by name, or what no repository has. */
interface Entry {
  readonly name: string | undefined;
  readonly from: string | undefined;
  readonly source: Path;
}

/**
 * What has to be installed on each Linux host: the names of packages, one a line, so that `grep -v '^#'` gives what apt
 * or dnf takes. A comment says which repository has a package that the distribution lacks, and what comes from elsewhere.
 */
export function packageLists(model: Model, signals: Signals, generator: string): readonly HostArtifact[] {
  const needed = Map.groupBy(
    signals.packages.flatMap(({ hosts, fact, source }) => hosts.map((host) => ({ host, fact, source }))),
    ({ host }) => host,
  );
  return [...model.hosts.values()]
    .filter(({ managed, os }) => managed && os !== "windows")
    .map((host) => {
      const entries = (needed.get(host.name) ?? [])
        .map(({ fact, source }) => entryOf(fact, host, source))
        .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      return {
        host: host.name,
        service: "node",
        path: packagesPath,
        ...printed([...new Map(entries.map((entry) => [keyOf(entry), entry])).values()], generator),
        generator,
        source: [["services"]],
      };
    });
}

function entryOf({ debian, rhel, repository, source: from }: Package, { os }: Host, source: Path): Entry {
  const name = os === "rhel-9" ? rhel : debian;
  return { name, from: name === undefined ? from : repository, source };
}

/** Packages by name, then the rest by where it comes from. */
function keyOf({ name, from = "" }: Entry): string {
  return name === undefined ? `2 ${from}` : `1 ${name} ${from}`;
}

function printed(
  entries: readonly Entry[],
  generator: string,
): { readonly content: string; readonly origins: readonly Origin[] } {
  const header = [...generatedHeader(generator, [["services"]]), "What has to be installed, one package a line."];
  const lines: { readonly text: string; readonly source: Path }[] = [];
  for (const { name, from, source } of entries) {
    const comment = name === undefined ? `# not in a repository: ${from ?? ""}` : from && `# next from ${from}`;
    if (comment) lines.push({ text: comment, source });
    if (name !== undefined) lines.push({ text: name, source });
  }
  return {
    content: printComment(header) + lines.map(({ text }) => `${text}\n`).join(""),
    origins: lines.map(({ source }, index) => {
      const line = header.length + 1 + index;
      return { from: line, to: line, source };
    }),
  };
}
