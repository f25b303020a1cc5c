import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration, parseSize } from "../../src/model/units.ts";

describe("durations", () => {
  it.each([
    ["15s", 15_000],
    ["1h30m", 5_400_000],
    ["200ms", 200],
    ["7d", 604_800_000],
    ["1w", 604_800_000],
    ["1y2w3d", 31_536_000_000 + 1_209_600_000 + 259_200_000],
  ])("%s are %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "s", "1m1h", "1.5h", "-1s", "1s "])("%j is none", (text) => {
    expect(parseDuration(text)).toBeNaN();
  });

  it("come back from their shortest form", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
    expect([0, 60_000, 90_000, 86_400_000, 604_800_000].map(formatDuration)).toEqual(["0s", "1m", "1m30s", "1d", "1w"]);
  });
});

it("reads sizes as Prometheus does, in powers of 1024", () => {
  expect([parseSize("512MB"), parseSize("1KiB"), parseSize("3B")]).toEqual([512 * 1024 ** 2, 1024, 3]);
  expect(parseSize("5 MB")).toBeNaN();
});
