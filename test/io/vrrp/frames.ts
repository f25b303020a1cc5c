/** A VRRP message in a frame, built by hand from the standards. */
export interface FramePlan {
  readonly version?: 2 | 3;
  readonly id?: number;
  readonly priority?: number;
  /** Hundredths of a second in version 3, seconds in version 2. */
  readonly interval?: number;
  readonly source?: string;
  readonly addresses?: readonly string[];
  readonly vlans?: readonly number[];
  readonly timeToLive?: number;
  /** Wrapped into an authentication header. */
  readonly isAuthenticated?: boolean;
}

/** An Ethernet frame with an advert over IPv4. */
export function advertFrame(plan: FramePlan = {}): Buffer {
  const { source = "192.0.2.11", timeToLive = 255, isAuthenticated = false } = plan;
  const message = isAuthenticated ? Buffer.concat([authenticationHeader, advertMessage(plan)]) : advertMessage(plan);
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + message.length, 2);
  header.writeUInt8(timeToLive, 8);
  header.writeUInt8(isAuthenticated ? 51 : 112, 9);
  bytesOf4(source).copy(header, 12);
  bytesOf4("224.0.0.18").copy(header, 16);
  return ethernet(0x0800, Buffer.concat([header, message]), plan.vlans);
}

/** An Ethernet frame with an advert over IPv6; addresses as 32 hexadecimal digits. */
export function advertFrame6(plan: FramePlan & { readonly source: string }): Buffer {
  const addresses = (plan.addresses ?? []).map((digits) => Buffer.from(digits, "hex"));
  const message = Buffer.concat([messageHeader({ version: 3, ...plan }, addresses.length), ...addresses]);
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(message.length, 4);
  header.writeUInt8(112, 6);
  header.writeUInt8(255, 7);
  Buffer.from(plan.source, "hex").copy(header, 8);
  Buffer.from("ff020000000000000000000000000012", "hex").copy(header, 24);
  return ethernet(0x86dd, Buffer.concat([header, message]), plan.vlans);
}

/** A capture file with these frames, in a byte order. */
export function capture(
  frames: readonly { readonly seconds: number; readonly fraction: number; readonly bytes: Buffer }[],
  { magic = 0xa1b2c3d4, isLittle = true, linkType = 1 } = {},
): Buffer {
  const u32 = (...values: readonly number[]): Buffer => {
    const buffer = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries())
      if (isLittle) buffer.writeUInt32LE(value, index * 4);
      else buffer.writeUInt32BE(value, index * 4);
    return buffer;
  };
  return Buffer.concat([
    u32(magic, 0x00020004, 0, 0, 262_144, linkType),
    ...frames.flatMap(({ seconds, fraction, bytes }) => [u32(seconds, fraction, bytes.length, bytes.length), bytes]),
  ]);
}

function advertMessage(plan: FramePlan): Buffer {
  const addresses = (plan.addresses ?? ["192.0.2.100"]).map(bytesOf4);
  const password = plan.version === 2 ? Buffer.alloc(8) : Buffer.alloc(0);
  return Buffer.concat([messageHeader(plan, addresses.length), ...addresses, password]);
}

function messageHeader({ version = 3, id = 51, priority = 254, interval }: FramePlan, count: number): Buffer {
  const header = Buffer.from([(version << 4) | 1, id, priority, count, 0, 0, 0, 0]);
  if (version === 2) header.writeUInt8(interval ?? 1, 5);
  else header.writeUInt16BE(interval ?? 100, 4);
  return header;
}

/** Next header 112, six words long less two. */
const authenticationHeader = Buffer.concat([Buffer.from([112, 4]), Buffer.alloc(22)]);

function ethernet(type: number, content: Buffer, vlans: readonly number[] = []): Buffer {
  const tags = vlans.flatMap((vlan) => [0x81, 0x00, vlan >> 8, vlan & 0xff]);
  const frame = Buffer.concat([Buffer.alloc(12), Buffer.from([...tags, type >> 8, type & 0xff]), content]);
  return frame.length < 60 ? Buffer.concat([frame, Buffer.alloc(60 - frame.length)]) : frame;
}

function bytesOf4(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}
