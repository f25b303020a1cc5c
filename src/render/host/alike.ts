import type { HostArtifact } from "../../artifact/place.ts";

/**
 * Files at one path that are alike on groups of hosts which are not those of one service: each is given to the largest
 * service all of whose hosts have the same content, so that the tree has it once; among equally large ones to its own.
 * `members` gives the managed hosts of each service.
 */
export function shareAlike(
  files: readonly HostArtifact[],
  members: ReadonlyMap<string, readonly string[]>,
): readonly HostArtifact[] {
  const contents = new Map(files.map((file) => [file.host, file.content]));
  const own = new Set(files.map(({ service }) => service));
  const rank = (a: string, b: string): number => Number(own.has(b)) - Number(own.has(a)) || (a < b ? -1 : 1);
  const services = [...members]
    .filter(([, hosts]) => {
      const [first] = hosts;
      return first !== undefined && hosts.every((host) => contents.get(host) === contents.get(first));
    })
    .filter(([, hosts]) => hosts.every((host) => contents.has(host)))
    .toSorted(([a, left], [b, right]) => right.length - left.length || rank(a, b));
  const given = new Map<string, string>();
  for (const [service, hosts] of services) {
    if (hosts.some((host) => given.has(host))) continue;
    for (const host of hosts) given.set(host, service);
  }
  return files.map((file) => ({ ...file, service: given.get(file.host) ?? file.service }));
}
