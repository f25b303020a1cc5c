import type { Artifact, Install, Origin } from "./artifact.ts";

/** A file for one host, before it is known who shares it. */
export interface HostArtifact {
  readonly host: string;
  /** The service that it belongs to. */
  readonly service: string;
  /** Absolute path on the host. */
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
  readonly owner?: string;
  readonly reload?: string | undefined;
  readonly restart?: readonly string[] | undefined;
  readonly generator: string;
  readonly source: Artifact["source"];
  readonly origins?: readonly Origin[];
}

/**
 * Gives each file its place in the tree, so that equal files stand once: `deploy/services/SERVICE/PATH` where all
 * hosts of a service have the same, `deploy/common/PATH` where it is on several other hosts and the same wherever it
 * occurs, `deploy/hosts/HOST/PATH` otherwise. `members` gives the managed hosts of a service.
 */
export function place(
  files: readonly HostArtifact[],
  members: (service: string) => readonly string[],
): readonly Artifact[] {
  const byPath = new Map<string, HostArtifact[]>();
  for (const file of files) {
    const list = byPath.get(file.path) ?? [];
    list.push(file);
    byPath.set(file.path, list);
  }
  return [...byPath.values()].flatMap((same) => placeOne(oneOnEachHost(same), members));
}

/**
 * What two services want alike on a host is there once. That they want it differently is a problem of the inventory,
 * found before anything is printed.
 */
function oneOnEachHost(files: readonly HostArtifact[]): readonly HostArtifact[] {
  const byHost = new Map<string, HostArtifact>();
  for (const file of files) {
    const other = byHost.get(file.host);
    if (other !== undefined && !sameFile(file, other))
      throw new Error(
        `services ${other.service} and ${file.service} want different files at ${file.path} of host ${file.host}`,
      );
    const restart = [...new Set([...(other?.restart ?? []), ...(file.restart ?? [])])];
    byHost.set(file.host, other === undefined ? file : { ...other, restart });
  }
  return [...byHost.values()];
}

function placeOne(
  files: readonly HostArtifact[],
  members: (service: string) => readonly string[],
): readonly Artifact[] {
  const [first] = files;
  if (first === undefined) return [];
  const services = new Set(files.map((file) => file.service));
  const equal = files.every((file) => sameFile(file, first));
  const isPart = services.size === 1 && files.length > 1 && files.length < members(first.service).length;
  if (equal && (services.size > 1 || isPart)) return [artifact(`deploy/common${first.path}`, files)];
  return [...services].sort().flatMap((service) => {
    const own = files.filter((file) => file.service === service);
    const [some] = own;
    const whole =
      some !== undefined && own.every((file) => sameFile(file, some)) && members(service).length === own.length;
    if (whole) return [artifact(`deploy/services/${service}${some.path}`, own)];
    return own.map((file) => artifact(`deploy/hosts/${file.host}${file.path}`, [file]));
  });
}

function sameFile(a: HostArtifact, b: HostArtifact): boolean {
  return a.content === b.content && a.mode === b.mode && a.owner === b.owner;
}

function artifact(path: string, files: readonly [HostArtifact, ...HostArtifact[]] | readonly HostArtifact[]): Artifact {
  const [first] = files;
  if (first === undefined) throw new Error(`no file for ${path}`);
  const installs: Install[] = files
    .map(({ host, path: target, reload, restart }) => ({
      host,
      path: target,
      ...(reload === undefined ? {} : { reload }),
      ...(restart === undefined || restart.length === 0 ? {} : { restart }),
    }))
    .sort((a, b) => (a.host < b.host ? -1 : 1));
  return {
    path,
    content: first.content,
    mode: first.mode ?? 0o644,
    owner: first.owner ?? "root:root",
    generator: first.generator,
    source: first.source,
    installs,
    ...(first.origins && { origins: first.origins }),
  };
}
