/** A frame of a capture. */
export interface CapturedFrame {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** What is not a capture that we can read. */
export class UnreadableCapture extends Error {}

const fileHeaderLength = 24;
const recordHeaderLength = 16;
const ethernet = 1;
/** Beyond what any frame has, so that a broken length does not make us wait for gigabytes. */
const longestFrame = 262_144;

interface Format {
  readonly u32: (buffer: Buffer, at: number) => number;
  readonly ticksPerMs: number;
}

/**
 * Reads a capture file as it comes, in pieces of any size: `push` gives the frames that are whole by then. Both byte orders,
 * micro- and nanoseconds; Ethernet only. Throws `UnreadableCapture`.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html
 */
export class CaptureReader {
  #rest: Buffer = Buffer.alloc(0);
  #format: Format | undefined;

  push(piece: Buffer): readonly CapturedFrame[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    if (this.#format === undefined) {
      if (this.#rest.length < fileHeaderLength) return [];
      this.#format = readHeader(this.#rest);
      this.#rest = this.#rest.subarray(fileHeaderLength);
    }
    const frames: CapturedFrame[] = [];
    const { u32, ticksPerMs } = this.#format;
    while (this.#rest.length >= recordHeaderLength) {
      const length = u32(this.#rest, 8);
      if (length > longestFrame) throw new UnreadableCapture(`a frame of ${length} bytes is too long to be one`);
      const end = recordHeaderLength + length;
      if (this.#rest.length < end) break;
      const atMs = u32(this.#rest, 0) * 1000 + u32(this.#rest, 4) / ticksPerMs;
      frames.push({ atMs, bytes: this.#rest.subarray(recordHeaderLength, end) });
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

function readHeader(header: Buffer): Format {
  const format = formatOf(header.readUInt32BE(0));
  if (format === undefined)
    throw new UnreadableCapture(`a capture does not begin with ${header.toString("hex", 0, 4)}`);
  // The upper half holds what is known about checksums of frames.
  const linkType = format.u32(header, 20) & 0xffff;
  if (linkType !== ethernet) throw new UnreadableCapture(`link type ${linkType} is not Ethernet`);
  return format;
}

function formatOf(magic: number): Format | undefined {
  const big = (buffer: Buffer, at: number): number => buffer.readUInt32BE(at);
  const little = (buffer: Buffer, at: number): number => buffer.readUInt32LE(at);
  switch (magic) {
    case 0xa1b2c3d4:
      return { u32: big, ticksPerMs: 1000 };
    case 0xd4c3b2a1:
      return { u32: little, ticksPerMs: 1000 };
    case 0xa1b23c4d:
      return { u32: big, ticksPerMs: 1_000_000 };
    case 0x4d3cb2a1:
      return { u32: little, ticksPerMs: 1_000_000 };
    default:
      return undefined;
  }
}
