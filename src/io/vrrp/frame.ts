import { addressText, type Carrier } from "./advert.ts";

const vlanTypes = new Set([0x8100, 0x88a8, 0x9100]);
const ipv4 = 0x0800;
const ipv6 = 0x86dd;
const vrrp = 112;
/** Authentication header: what keepalived's `auth_type AH` puts around its adverts. */
const authentication = 51;
/** A VRRP packet that was routed has a lower one, and every receiver throws it away. */
const unrouted = 255;
/** More tags than a network has; beyond them it is no frame that we understand. */
const mostTags = 4;

/** Finds the VRRP message in an Ethernet frame; undefined where there is none, or not a whole one. */
export function readFrame(frame: Buffer): Carrier | undefined {
  const vlans: number[] = [];
  let at = 12;
  while (frame.length >= at + 4 && vlanTypes.has(frame.readUInt16BE(at))) {
    vlans.push(frame.readUInt16BE(at + 2) & 0xfff);
    if (vlans.length > mostTags) return undefined;
    at += 4;
  }
  if (frame.length < at + 2) return undefined;
  const packet = frame.subarray(at + 2);
  const type = frame.readUInt16BE(at);
  const found = type === ipv4 ? readIpv4(packet) : type === ipv6 ? readIpv6(packet) : undefined;
  return found && { ...found, vlans };
}

function readIpv4(packet: Buffer): Omit<Carrier, "vlans"> | undefined {
  if (packet.length < 20 || packet.readUInt8(0) >> 4 !== 4) return undefined;
  const headerLength = (packet.readUInt8(0) & 0xf) * 4;
  const totalLength = packet.readUInt16BE(2);
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
  if (headerLength < 20 || totalLength < headerLength || packet.length < totalLength || isFragment) return undefined;
  if (packet.readUInt8(8) !== unrouted) return undefined;
  // Short frames are padded to 60 bytes; the padding is not part of the packet.
  const payload = unwrap(packet.readUInt8(9), packet.subarray(headerLength, totalLength));
  if (payload === undefined) return undefined;
  return {
    family: 4,
    source: addressText(packet.subarray(12, 16)),
    destination: addressText(packet.subarray(16, 20)),
    payload,
  };
}

function readIpv6(packet: Buffer): Omit<Carrier, "vlans"> | undefined {
  if (packet.length < 40 || packet.readUInt8(0) >> 4 !== 6 || packet.readUInt8(7) !== unrouted) return undefined;
  const end = 40 + packet.readUInt16BE(4);
  const payload = packet.length < end ? undefined : unwrap(packet.readUInt8(6), packet.subarray(40, end));
  if (payload === undefined) return undefined;
  return {
    family: 6,
    source: addressText(packet.subarray(8, 24)),
    destination: addressText(packet.subarray(24, 40)),
    payload,
  };
}

function unwrap(protocol: number, content: Buffer): Buffer | undefined {
  if (protocol === vrrp) return content;
  if (protocol !== authentication || content.length < 2 || content.readUInt8(0) !== vrrp) return undefined;
  const length = (content.readUInt8(1) + 2) * 4;
  return content.length < length ? undefined : content.subarray(length);
}
