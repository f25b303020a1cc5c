import fc from "fast-check";
import { describe, it } from "vitest";
import type { BufferSettings, WhenFull } from "../../../packages/telemetry/src/settings/logs.ts";
import { Model, type Step } from "./model.ts";

const write = fc.record({
  kind: fc.constant("write" as const),
  lines: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 0, max: 600 }),
});
const turn = fc.constant<Step>({ kind: "turn" });
const answer = fc.record({
  kind: fc.constant("answer" as const),
  records: fc.integer({ min: 1, max: 30 }),
  isDead: fc.boolean(),
});
const later = fc.record({ kind: fc.constant("later" as const), ms: fc.integer({ min: 1, max: 400 }) });
const calm: readonly fc.Arbitrary<Step>[] = [write, write, turn, turn, answer, later];
const deaths: readonly fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant("dieAfter" as const), calls: fc.integer({ min: 1, max: 25 }) }),
  fc.constantFrom<Step>({ kind: "kill" }, { kind: "restart" }, { kind: "answerLost" }),
];
const powerLoss = fc.constant<Step>({ kind: "losePower" });
const troubles: readonly fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant("fillDisk" as const), roomBytes: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({ kind: fc.constant("faults" as const), calls: fc.integer({ min: 1, max: 8 }) }),
  fc.constant<Step>({ kind: "freeDisk" }),
];

function settings(maxDiskBytes: number, whenFull: WhenFull = "drop_oldest"): BufferSettings {
  return { directory: "/logs", maxDiskBytes, maxMemoryBytes: 65_536, maxAgeMs: 86_400_000_000, whenFull };
}

async function holds(
  steps: fc.Arbitrary<Step>,
  of: BufferSettings,
  { runs, mayDrop }: { readonly runs: number; readonly mayDrop: boolean },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), fc.integer(), async (list, seed) => {
      const model = new Model(of, seed);
      for (const step of list) await model.run(step);
      await model.finish({ mayDrop });
    }),
    { numRuns: runs },
  );
}

describe("the buffer and a model of it", () => {
  it("agree while processes die at any call of the file system: nothing is lost, nothing is sent under two ids", () =>
    holds(fc.oneof(...calm, ...deaths), settings(2 ** 24), { runs: 150, mayDrop: false }));

  it("agree while the power goes: what was synced is never lost", () =>
    holds(fc.oneof(...calm, ...deaths, powerLoss), settings(2 ** 24), { runs: 150, mayDrop: false }));

  it("agree on a disk that fills up and fails: each line is delivered or counted as dropped", () =>
    holds(fc.oneof(...calm, ...deaths, ...troubles), settings(2 ** 24), { runs: 150, mayDrop: true }));

  it.each<WhenFull>(["drop_oldest", "drop_newest", "drop_by_level", "block"])(
    "agree within a bound of 64 KiB with %s, which is never exceeded",
    (whenFull) =>
      holds(fc.oneof(...calm, write, write, ...deaths, ...troubles), settings(65_536, whenFull), {
        runs: 60,
        mayDrop: true,
      }),
  );
});
