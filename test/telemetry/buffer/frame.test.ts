import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameWriter, lineOf, maxPlace, placeOf } from "../../../packages/telemetry/src/logs/buffer/frame.ts";

const line = fc.string({ unit: "binary", maxLength: 300 }).map((text) => JSON.stringify({ text }));
const place = fc.integer({ min: 0, max: maxPlace });

function frame(text: string, at: number): Uint8Array {
  const writer = new FrameWriter();
  const length = writer.write(text, at);
  return new Uint8Array(writer.bytes.subarray(0, length));
}

describe("a frame", () => {
  it("gives back the line untouched, and its place", () => {
    fc.assert(
      fc.property(line, place, (text, at) => {
        const bytes = frame(`${text}\n`, at);
        const end = bytes.length - 1;
        expect(bytes.indexOf(10)).toBe(end);
        expect(placeOf(bytes, 0, end)).toBe(at);
        // Half a surrogate pair has no UTF-8; JSON.stringify has escaped it.
        expect(new TextDecoder().decode(bytes.subarray(lineOf(0), end))).toBe(text);
      }),
    );
  });

  it("is one record however the line ends, and whatever newlines it holds", () => {
    for (const text of ['{"a":1}', '{"a":1}\n', '{\n"a":1\n}\n', '{"a":1}\n\n']) {
      const bytes = frame(text, 5);
      expect(bytes.indexOf(10)).toBe(bytes.length - 1);
      const held: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(lineOf(0))));
      expect(held).toEqual({ a: 1 });
    }
  });

  it("notices each altered bit", () => {
    const bytes = frame('{"message":"exactly this"}\n', 42);
    for (let bit = 0; bit < (bytes.length - 1) * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(placeOf(altered, 0, altered.length - 1)).toBe(-1);
    }
  });
});
