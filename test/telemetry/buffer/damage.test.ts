import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { droppedOf, imbalanceOf, settleDown, startProcess } from "./incarnation.ts";
import { SimulatedFiles } from "./simulated-files.ts";
import { StubStore } from "./stub-store.ts";

const settings = {
  directory: "/logs",
  maxDiskBytes: 2 ** 17,
  maxMemoryBytes: 65_536,
  maxAgeMs: 86_400_000,
  whenFull: "drop_newest",
} as const;
const records = 120;

/** Lets a process write, kills it, alters one of its files, and drains it by a second one. */
async function survive(change: (bytes: Uint8Array) => Uint8Array, whichFile: number) {
  const files = new SimulatedFiles(() => 0);
  const store = new StubStore();
  const first = startProcess(1, files, store, settings);
  const lines = Array.from({ length: records }, (_, at) => `{"line":${at},"text":"${"x".repeat(at * 3)}"}`);
  for (const [at, line] of lines.entries()) {
    first.sink.write(`${line}\n`);
    if (at % 10 === 0) await first.turn();
  }
  await first.turn();
  files.crash();
  store.forget();
  const segments = [...files.all.keys()].filter((path) => path.endsWith(".seg")).toSorted();
  const path = segments[whichFile % segments.length] ?? "";
  files.alter(path, change);
  const second = startProcess(2, files, store, settings);
  for (let rounds = 0; rounds < 30; rounds++) {
    await second.turn();
    store.answer(
      1000,
      () => "delivered",
      () => 0,
    );
    await settleDown();
  }
  const counts = second.sink.counts();
  await second.stop();
  return { counts, lines, held: [...store.held.values()], files };
}

describe("damaged files", () => {
  it("cost the damaged records, which are counted, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        async (bits, whichFile) => {
          // Two lines that have become one at the end of a file that was never closed look like one.
          let joined = 0;
          const { counts, lines, held } = await survive((bytes) => {
            const altered = bytes.slice();
            for (const [at, bit] of bits) {
              const place = at % altered.length;
              if (bytes[place] === 10) joined++;
              altered[place] = (altered[place] ?? 0) ^ (1 << bit);
            }
            return altered;
          }, whichFile);
          expect(imbalanceOf(counts)).toBe(0);
          expect(counts.buffered).toBe(0);
          // Nothing altered is ever delivered, nothing twice.
          expect(held.filter((line) => !lines.includes(line))).toEqual([]);
          expect(new Set(held).size).toBe(held.length);
          expect(held.length).toBeGreaterThanOrEqual(records - 2 * bits.length);
          expect(counts.delivered + droppedOf(counts)).toBeGreaterThanOrEqual(records - joined);
          expect(droppedOf(counts)).toBeGreaterThanOrEqual(records - held.length - joined);
          expect(droppedOf(counts)).toBeLessThanOrEqual(2 * bits.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("that were cut off cost their rest, counted to the record where a file follows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (share) => {
        const { counts, held } = await survive((bytes) => bytes.slice(0, Math.floor(bytes.length * share)), 0);
        expect(counts.accepted).toBe(records);
        expect(counts.delivered).toBe(held.length);
        expect(counts.dropped["corrupt"]).toBe(records - held.length);
      }),
      { numRuns: 50 },
    );
  });

  it("are kept for inspection, and only so many", async () => {
    const { files } = await survive((bytes) => bytes.slice(0, 40), 0);
    const kept = [...files.all.keys()];
    expect(kept).toHaveLength(1);
    expect(kept[0]).toContain("/logs/corrupt/");
  });

  it("that are empty cost nothing but their records", async () => {
    const { counts } = await survive(() => new Uint8Array(), 0);
    expect(imbalanceOf(counts)).toBe(0);
    expect(counts.buffered).toBe(0);
    expect(counts.dropped["corrupt"]).toBeGreaterThan(0);
  });
});
