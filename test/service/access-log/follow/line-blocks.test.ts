import fc from "fast-check";
import { expect, it } from "vitest";
import { LineBlocks } from "../../../../src/service/access-log/follow/line-blocks.ts";

const maxLineBytes = 20;
const line = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z\u00e9]{0,9}$/) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 90 }).map((size) => "L".repeat(size)) },
);

it("gives every line once and in order, however the chunks are cut, and leaves out only what is too long", () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.string({ maxLength: 5 }),
      fc.array(fc.nat(30)),
      (lines, tail, cuts) => {
        const rest = tail.replaceAll("\n", "");
        const bytes = Buffer.from(`${lines.map((each) => `${each}\n`).join("")}${rest}`);
        const blocks = new LineBlocks(maxLineBytes);
        const given: string[] = [];
        let consumed = 0;
        let tooLong = 0;
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = 1 + (cuts.length === 0 ? 7 : (cuts[turn % cuts.length] ?? 0));
          const block = blocks.push(bytes.subarray(at, at + size));
          given.push(...block.text.split("\n").slice(0, -1));
          consumed += block.bytes;
          tooLong += block.tooLong;
          at += size;
        }
        // Memory is bounded by a line and a chunk, so a line somewhat above the bound may still be given.
        const sure = lines.filter((each) => Buffer.byteLength(each) <= maxLineBytes);
        expect(given.filter((each) => Buffer.byteLength(each) <= maxLineBytes)).toEqual(sure);
        expect(given.length + tooLong).toBe(lines.length);
        expect(consumed).toBe(bytes.length - Buffer.byteLength(rest));
        expect(blocks.takeRest()).toBe(rest);
      },
    ),
    { numRuns: 1000 },
  );
});
