import { describe, expect, it } from "vitest";
import { Room } from "../../../packages/telemetry/src/logs/buffer/room.ts";
import type { WhenFull } from "../../../packages/telemetry/src/settings/logs.ts";

const info = '{"log.level":"info","message":"m"}\n';
const error = '{"log.level":"error","message":"m"}\n';

function roomFor(whenFull: WhenFull, used: () => number, onWait: (timeoutMs: number) => boolean = () => false) {
  let nowMs = 0;
  let turned: (() => void) | undefined;
  const room = new Room({
    ...{ maxBytes: 10_000, whenFull, full: "buffer_full", used },
    wait(timeoutMs) {
      nowMs += timeoutMs;
      return onWait(timeoutMs);
    },
    now: () => nowMs,
    afterTurn(callback) {
      turned = callback;
    },
  });
  return { room, turn: () => turned?.(), waitedMs: () => nowMs };
}

describe("a bound", () => {
  it("refuses exactly what would exceed it", () => {
    let used = 0;
    const { room } = roomFor("drop_newest", () => used);
    for (let line = 0; line < 100; line++) {
      expect(room.refuse(info, 100)).toBeUndefined();
      used += 100;
    }
    expect(room.refuse(info, 100)).toBe("buffer_full");
    used -= 100;
    expect(room.refuse(info, 100)).toBeUndefined();
  });

  it("keeps its last quarter for warnings and errors with drop_by_level", () => {
    let used = 7_500;
    const { room } = roomFor("drop_by_level", () => used);
    expect(room.refuse(info, 100)).toBe("level");
    expect(room.refuse('{"message":"no level"}\n', 100)).toBeUndefined();
    expect(room.refuse(error, 100)).toBeUndefined();
    used = 9_950;
    expect(room.refuse(error, 100)).toBe("buffer_full");
  });

  it("blocks until there is room, and at most 5 ms in one turn of the event loop", () => {
    let used = 10_000;
    const { room, turn, waitedMs } = roomFor("block", () => used);
    for (let line = 0; line < 50; line++) expect(room.refuse(info, 100)).toBe("buffer_full");
    expect(waitedMs()).toBeGreaterThan(0);
    expect(waitedMs()).toBeLessThanOrEqual(5);
    turn();
    const before = waitedMs();
    expect(room.refuse(info, 100)).toBe("buffer_full");
    expect(waitedMs()).toBeGreaterThan(before);
    expect(waitedMs() - before).toBeLessThanOrEqual(5);
    used = 0;
    expect(room.refuse(info, 100)).toBeUndefined();
  });

  it("lets a blocked line in as soon as something was freed", () => {
    let used = 10_000;
    const { room } = roomFor(
      "block",
      () => used,
      () => {
        used = 5_000;
        return true;
      },
    );
    expect(room.refuse(info, 100)).toBeUndefined();
  });
});
