import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CapturedFrame, CaptureReader, UnreadableCapture } from "../../../src/io/vrrp/pcap.ts";
import { advertFrame, capture } from "./frames.ts";

const bytes = advertFrame();

describe("a capture", () => {
  it("is read in both byte orders, with micro- and nanoseconds", () => {
    const at = { seconds: 10, bytes };
    const micro = [{ ...at, fraction: 500_000 }];
    const nano = [{ ...at, fraction: 500_000_000 }];
    for (const isLittle of [true, false]) {
      expect(new CaptureReader().push(capture(micro, { isLittle }))).toEqual([{ atMs: 10_500, bytes }]);
      const inNanoseconds = capture(nano, { isLittle, magic: 0xa1b23c4d });
      expect(new CaptureReader().push(inNanoseconds)).toEqual([{ atMs: 10_500, bytes }]);
    }
  });

  it("gives the same frames however it is cut into pieces", () => {
    const frames = [1, 2, 3].map((seconds) => ({ seconds, fraction: 0, bytes: advertFrame({ id: seconds }) }));
    const whole = capture(frames);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), whole.length];
        const reader = new CaptureReader();
        let start = 0;
        const read = ends.flatMap((end): readonly CapturedFrame[] => {
          const piece = whole.subarray(start, end);
          start = end;
          return reader.push(piece);
        });
        expect(read.map((frame) => frame.bytes)).toEqual(frames.map((frame) => frame.bytes));
      }),
    );
  });

  it("is refused where it is none, no Ethernet, or has a frame of an impossible length", () => {
    const push = (content: Buffer) => () => new CaptureReader().push(content);
    expect(push(Buffer.from("this is a text and no capture at all"))).toThrow(UnreadableCapture);
    expect(push(capture([], { linkType: 276 }))).toThrow("link type 276 is not Ethernet");
    const broken = capture([{ seconds: 1, fraction: 0, bytes }]);
    broken.writeUInt32LE(0x7fffffff, 32);
    expect(push(broken)).toThrow("too long");
  });

  it("throws nothing but that, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (random, hasHeader) => {
        const content = hasHeader ? Buffer.concat([capture([]), Buffer.from(random)]) : Buffer.from(random);
        try {
          new CaptureReader().push(content);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableCapture);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
