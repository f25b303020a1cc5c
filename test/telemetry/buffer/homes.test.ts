import { describe, expect, it } from "vitest";
import {
  adoptHomes,
  claimHome,
  type Processes,
  releaseHome,
} from "../../../packages/telemetry/src/logs/buffer/homes.ts";
import { newEpoch } from "../../../packages/telemetry/src/logs/buffer/names.ts";
import {
  type Life,
  lifeOf,
  ownerName,
  parseOwner,
  thisOwner,
} from "../../../packages/telemetry/src/logs/buffer/owner.ts";
import { SimulatedFiles } from "./simulated-files.ts";

function processes(pid: number, life: Life): Processes {
  return { self: { pid, start: "1", boot: "ab", namespace: "1" }, lifeOf: () => life };
}

const everything = {
  nowMs: 1_000_000,
  accepts: () => true,
  failed: (path: string): never => {
    throw new Error(path);
  },
};

describe("a folder of a process", () => {
  it("is left alone while its owner lives, and taken over once when it is dead", () => {
    const files = new SimulatedFiles(() => 0);
    const home = claimHome(files, "/logs", newEpoch(1), processes(1, "alive"));
    expect(adoptHomes(files, "/logs", processes(2, "alive"), everything)).toEqual([]);
    const [taken] = adoptHomes(files, "/logs", processes(2, "dead"), everything);
    expect(taken).toEqual({ epoch: home.epoch, path: expect.stringContaining(".2-1-ab-1") });
    expect(files.list("/logs")).toHaveLength(1);
    expect(adoptHomes(files, "/logs", processes(2, "dead"), everything)).toEqual([]);
  });

  it("of an owner that cannot be seen is taken over after a long silence only", () => {
    const files = new SimulatedFiles(() => 0);
    const { path } = claimHome(files, "/logs", newEpoch(1), processes(1, "alive"));
    files.touch(path, 1_000_000);
    const at = (nowMs: number) => adoptHomes(files, "/logs", processes(2, "unknown"), { ...everything, nowMs });
    expect(at(1_060_000)).toEqual([]);
    expect(at(1_100_000)).toHaveLength(1);
  });

  it("that was given away is anybody's, and is gone where it was empty", () => {
    const files = new SimulatedFiles(() => 0);
    const empty = claimHome(files, "/logs", newEpoch(1), processes(1, "alive"));
    const full = claimHome(files, "/logs", newEpoch(2), processes(1, "alive"));
    files.create(`${full.path}/00000000000000.seg`);
    releaseHome(files, empty);
    releaseHome(files, full);
    expect(files.list("/logs")).toEqual([`${full.epoch}.free`]);
    expect(adoptHomes(files, "/logs", processes(2, "alive"), everything)).toHaveLength(1);
  });

  it("waits where there is no room for it", () => {
    const files = new SimulatedFiles(() => 0);
    claimHome(files, "/logs", newEpoch(1), processes(1, "alive"));
    expect(adoptHomes(files, "/logs", processes(2, "dead"), { ...everything, accepts: () => false })).toEqual([]);
  });
});

describe("an owner", () => {
  it("lives as this process does, and is dead when another process has its number", () => {
    const self = thisOwner();
    expect(parseOwner(ownerName(self))).toEqual(self);
    expect(lifeOf(self)).toBe("alive");
    expect(lifeOf({ ...self, start: "1" })).toBe("dead");
    // Beyond the largest number that Linux gives.
    expect(lifeOf({ ...self, pid: 2 ** 22 + 1 })).toBe("dead");
    expect(lifeOf({ ...self, boot: "0" })).toBe("unknown");
    expect(lifeOf({ ...self, namespace: "1" })).toBe("unknown");
  });
});
