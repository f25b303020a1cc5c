/** One VRRP advertisement, as it was on the wire. */
export interface Advert {
  /** When it was captured, in ms since the epoch. */
  readonly atMs: number;
  /** VLAN ids, the outer one first; empty without tags. Each VLAN is a segment of its own. */
  readonly vlans: readonly number[];
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly version: 2 | 3;
  readonly virtualRouterId: number;
  /** 0 says that the sender gives the address up, 255 that it owns it. */
  readonly priority: number;
  readonly intervalMs: number;
  /** The addresses that it speaks for, in their usual text form, sorted. */
  readonly addresses: readonly string[];
}

/** What a frame carries around a VRRP message. */
export interface Carrier {
  readonly vlans: readonly number[];
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly payload: Buffer;
}

/** Length of the header of version 2 and 3, before the addresses. */
const headerLength = 8;
const advertisement = 1;

/**
 * Reads a VRRP message; undefined where it is no whole advertisement of version 2 or 3.
 * https://www.rfc-editor.org/rfc/rfc3768#section-5.1, https://www.rfc-editor.org/rfc/rfc9568#section-5.1
 */
export function readAdvert(carrier: Carrier, atMs: number): Advert | undefined {
  const { vlans, family, source, destination, payload } = carrier;
  if (payload.length < headerLength) return undefined;
  const kind = payload.readUInt8(0);
  const version = kind >> 4;
  if ((version !== 2 && version !== 3) || (kind & 0xf) !== advertisement) return undefined;
  const virtualRouterId = payload.readUInt8(1);
  const count = payload.readUInt8(3);
  // Version 2 for IPv6 was a draft that nobody runs.
  if (virtualRouterId === 0 || (version === 2 && family === 6)) return undefined;
  const size = family === 4 ? 4 : 16;
  if (payload.length < headerLength + count * size) return undefined;
  const addresses = Array.from({ length: count }, (_, index) => {
    const start = headerLength + index * size;
    return addressText(payload.subarray(start, start + size));
  });
  return {
    atMs,
    vlans,
    family,
    source,
    destination,
    version,
    virtualRouterId,
    priority: payload.readUInt8(2),
    // Version 2 counts seconds, version 3 hundredths of a second in twelve bits.
    intervalMs: version === 2 ? payload.readUInt8(5) * 1000 : (payload.readUInt16BE(4) & 0xfff) * 10,
    addresses: [...new Set(addresses)].toSorted(),
  };
}

/** An IPv4 or IPv6 address as text; IPv6 as RFC 5952 writes it. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join(".");
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(":");
  const zeros = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return groups;
  const before = groups.slice(0, zeros.index).replace(/:$/, "");
  const after = groups.slice(zeros.index + zeros[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}
