import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentsInBound } from "../../../packages/telemetry/src/logs/buffer/bounds.ts";
import { BufferedSink } from "../../../packages/telemetry/src/logs/buffer/buffered-sink.ts";
import { type Chunk, ChunkAppender } from "../../../packages/telemetry/src/logs/buffer/chunk-appender.ts";
import { createChunkEngine } from "../../../packages/telemetry/src/logs/buffer/engine.ts";
import { Room } from "../../../packages/telemetry/src/logs/buffer/room.ts";
import { ApplicationSide, shareCounts, WorkerSide } from "../../../packages/telemetry/src/logs/buffer/shared-counts.ts";
import type { WhenFull } from "../../../packages/telemetry/src/settings/logs.ts";
import { droppedOf, imbalanceOf, settleDown, silent } from "./incarnation.ts";
import { StubStore } from "./stub-store.ts";

const maxMemoryBytes = 65_536;

/** Both sides of a buffer in memory in one thread. */
function openInMemory(store: StubStore, whenFull: WhenFull) {
  const memory = shareCounts();
  const shared = new ApplicationSide(memory);
  const settings = { directory: "", maxDiskBytes: 0, maxMemoryBytes, maxAgeMs: 1_000_000, whenFull };
  const engine = createChunkEngine(
    { settings, shared: new WorkerSide(memory), delivery: store.delivery(), reporter: silent, landed: () => {} },
    "epoch",
  );
  let nowMs = 0;
  const room = new Room({
    ...{ maxBytes: maxMemoryBytes, whenFull, full: "memory_full", now: () => nowMs },
    used: () => shared.usedBytes(),
    wait: () => false,
    afterTurn: () => {},
  });
  const onTheWay: Chunk[] = [];
  const appender = new ChunkAppender({
    chunkBytes: maxMemoryBytes / segmentsInBound,
    room,
    appended: (bytes) => void shared.appended(bytes),
    post: (chunk) => void onTheWay.push(chunk),
  });
  const worker = { send() {}, close: async () => {} };
  const sink = new BufferedSink({ mode: "fast", appender, shared, worker, reporter: silent, now: () => nowMs });
  return {
    sink,
    usedBytes: () => shared.usedBytes(),
    async turn() {
      nowMs += 300;
      appender.handOver();
      for (const chunk of onTheWay.splice(0)) engine.add(chunk, nowMs);
      engine.turn(nowMs, true);
      await settleDown();
    },
  };
}

const step = fc.oneof(
  fc.record({ write: fc.integer({ min: 1, max: 40 }), bytes: fc.integer({ min: 0, max: 3_000 }) }),
  fc.constant("turn" as const),
  fc.record({ answer: fc.integer({ min: 1, max: 60 }) }),
);

describe("a buffer in memory", () => {
  it.each<WhenFull>(["drop_oldest", "drop_newest", "drop_by_level", "block"])(
    "never exceeds its bound, counts each line, and sends each under one id with %s",
    async (whenFull) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const store = new StubStore();
          const { sink, usedBytes, turn } = openInMemory(store, whenFull);
          let written = 0;
          let answered = 0;
          const answer = async (records: number): Promise<void> => {
            answered += store.answer(
              records,
              () => "delivered",
              () => 0,
            );
            await settleDown();
          };
          for (const each of steps) {
            if (each === "turn") await turn();
            else if ("answer" in each) await answer(each.answer);
            else
              for (let line = 0; line < each.write; line++)
                sink.write(`{"log.level":"info","line":${written++},"text":"${"é".repeat(each.bytes / 2)}"}\n`);
            const counts = sink.counts();
            expect(imbalanceOf(counts)).toBe(0);
            expect(counts).toMatchObject({ accepted: written, delivered: answered });
            // A chunk costs a little beside its lines, which is known when it has arrived.
            expect(usedBytes()).toBeLessThanOrEqual(maxMemoryBytes + 4_096);
          }
          for (let rounds = 0; rounds < 100 && sink.counts().buffered > 0; rounds++) {
            await turn();
            await answer(10_000);
          }
          const held = [...store.held.values()];
          expect(sink.counts().buffered).toBe(0);
          expect(held.length).toBe(written - droppedOf(sink.counts()));
          expect(new Set(held).size).toBe(held.length);
          expect(held.every((line) => typeof JSON.parse(line).line === "number")).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );

  it("refuses and counts what is too large, and what comes after its end", async () => {
    const { sink } = openInMemory(new StubStore(), "drop_oldest");
    sink.write(`"${"x".repeat(2 ** 20)}"\n`);
    await sink.close(100);
    sink.write("{}\n");
    expect(sink.counts().dropped).toMatchObject({ too_large: 1, closed: 1 });
    expect(imbalanceOf(sink.counts())).toBe(0);
  });
});
