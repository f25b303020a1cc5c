import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { type BuildResult, build } from "../../../src/pipeline/build.ts";

/** Hosts with one leg, with two, with IPv6, of three systems; what watches stands on `backend`. */
const hosts = `
segments:
  frontend: { cidr: 198.51.100.0/24 }
  backend: { cidr: 203.0.113.0/24, interface: eth1 }
  six: { cidr: 2001:db8::/64 }
hosts:
  lb1: { addresses: { frontend: 198.51.100.11, backend: 203.0.113.11 } }
  db1: { address: 203.0.113.31, segment: backend }
  db2: { address: 203.0.113.32, segment: backend, os: ubuntu-24.04 }
  old1: { address: 203.0.113.41, segment: backend, os: rhel-9 }
  six1: { address: 2001:db8::5, segment: six }
  vdi1: { address: 203.0.113.101, segment: backend, os: windows }
  mon1: { address: 203.0.113.71, segment: backend }
  mon2: { address: 203.0.113.72, segment: backend }
`;

/** Builds an inventory with these hosts and the given services and sections; throws its problems. */
export function built(services: string, rest = ""): BuildResult {
  const reading = readInventory(Buffer.from(`version: 1\nplatform: shop\n${hosts}services:\n${services}\n${rest}`));
  if (!reading.ok) throw new Error(JSON.stringify(reading.flaws));
  const { result, problems } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  if (result === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return result;
}

/** Content of a file on a host; undefined where it gets none. */
export function fileOn({ artifacts }: BuildResult, host: string, path: string): string | undefined {
  return artifacts.find(({ installs }) => installs.some((each) => each.host === host && each.path === path))?.content;
}

/** A file without its comments and blank lines. */
export function linesOn(result: BuildResult, host: string, path: string): readonly string[] {
  return (fileOn(result, host, path) ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
