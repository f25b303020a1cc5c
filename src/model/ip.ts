/** An IP address as a number, with its family. */
export interface Ip {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Reads an IPv4 or IPv6 address; undefined where it is none. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(":")) {
    const parts = text.split(".");
    if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
      return undefined;
    return { family: 4, value: BigInt(parts.reduce((sum, part) => sum * 256 + Number(part), 0)) };
  }
  const groups = groupsOf(text);
  return groups && { family: 6, value: groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n) };
}

function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":").flatMap(groupOf)));
  if (head === undefined || [...head, ...(tail ?? [])].some(Number.isNaN)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const zeros = 8 - head.length - tail.length;
  return zeros >= 1 ? [...head, ...new Array<number>(zeros).fill(0), ...tail] : undefined;
}

/** One 16-bit group, or the two of an embedded IPv4 address. */
function groupOf(text: string): readonly number[] {
  if (text.includes(".")) {
    const ip = parseIp(text);
    return ip?.family === 4 ? [Number(ip.value >> 16n), Number(ip.value & 0xffffn)] : [Number.NaN];
  }
  return [/^[0-9A-Fa-f]{1,4}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN];
}

/** A network with its prefix length. */
export interface Network extends Ip {
  readonly prefixLength: number;
}

/** Reads `ADDRESS/LENGTH`; undefined where it is none. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length = ""] = text.split("/");
  const ip = parseIp(address);
  const prefixLength = Number(length);
  if (ip === undefined || length === "" || prefixLength > (ip.family === 4 ? 32 : 128)) return undefined;
  return { ...ip, prefixLength };
}

/** True where the address lies in the network. */
export function contains(network: Network, ip: Ip): boolean {
  if (network.family !== ip.family) return false;
  const shift = BigInt((ip.family === 4 ? 32 : 128) - network.prefixLength);
  return network.value >> shift === ip.value >> shift;
}

/** What an IPv4 address is to its network, where no host can have it: the first is the network's, the last is for all. */
export function specialAddress(network: Network, ip: Ip): "network" | "broadcast" | undefined {
  if (ip.family !== 4 || network.prefixLength > 30 || !contains(network, ip)) return undefined;
  const hosts = (1n << BigInt(32 - network.prefixLength)) - 1n;
  const own = ip.value & hosts;
  return own === 0n ? "network" : own === hosts ? "broadcast" : undefined;
}

/** `HOST:PORT`, with brackets around IPv6 addresses. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
