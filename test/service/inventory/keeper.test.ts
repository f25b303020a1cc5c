import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type InventoryKeeper, isCurrent, keepInventory } from "../../../src/service/inventory/keeper.ts";
import type { Reply } from "../../../src/service/inventory/reader.ts";
import type { Facts, Snapshot } from "../../../src/service/inventory/snapshot.ts";
import { snapshotOf } from "../../../src/service/inventory/snapshot.ts";
import { buildText } from "../../real/lab/stack.ts";

const folder = mkdtempSync(join(tmpdir(), "keeper-test-"));
const file = join(folder, "inventory.yaml");
const result = buildText(`
version: 1
platform: tiny
environment: test
segments: { lan: { cidr: 192.0.2.0/24 } }
hosts: { a: { address: 192.0.2.1, segment: lan } }
`);
const good = snapshotOf({ diagnostics: [], accepted: [], result }, new Set());
const facts = good.facts as Facts | undefined;
const bad: Snapshot = { ...good, errors: 1, facts: undefined };

let replies: (Reply | Error)[];
let reads: number;
let now: number;
let logged: string[];
let keeper: InventoryKeeper;

beforeEach(() => {
  [replies, reads, now, logged] = [[], 0, 1_000, []];
  writeFileSync(file, "one");
  const note = (message: string): void => void logged.push(message);
  keeper = keepInventory(file, {
    read: async () => {
      reads++;
      const reply = replies.shift();
      if (reply === undefined || reply instanceof Error) throw reply ?? new Error("nothing was to be read");
      return reply;
    },
    log: { info: note, warn: note, error: note },
    now: () => now,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the keeper of an inventory", () => {
  it("reads a file once as long as it is the same, and notes each look", async () => {
    replies = [{ type: "snapshot", snapshot: good }];
    await keeper.refresh();
    now = 61_000;
    await keeper.refresh();
    expect(reads).toBe(1);
    expect(keeper.state()).toMatchObject({ facts, factsSinceMs: 1_000, lastReadMs: 61_000, failure: undefined });
  });

  it("keeps the last good facts while the file has errors, and takes the next good ones", async () => {
    replies = [
      { type: "snapshot", snapshot: good },
      { type: "snapshot", snapshot: bad },
      { type: "snapshot", snapshot: good },
    ];
    await keeper.refresh();
    writeFileSync(file, "two");
    await keeper.refresh();
    expect(keeper.state()).toMatchObject({ facts, snapshot: { errors: 1 }, factsSinceMs: 1_000 });
    expect(isCurrent(keeper.state())).toBe(false);
    now = 5_000;
    writeFileSync(file, "three");
    await keeper.refresh();
    expect(isCurrent(keeper.state())).toBe(true);
    expect(keeper.state().factsSinceMs).toBe(5_000);
  });

  it("keeps the last good facts while the file is gone, says so once, and reads it again when it is back", async () => {
    replies = [
      { type: "snapshot", snapshot: good },
      { type: "snapshot", snapshot: good },
    ];
    await keeper.refresh();
    rmSync(file);
    now = 9_000;
    await keeper.refresh();
    await keeper.refresh();
    expect(keeper.state()).toMatchObject({ facts, lastReadMs: 1_000, failure: `${file} is not there (ENOENT)` });
    expect(logged.filter((line) => line.includes("cannot be read"))).toHaveLength(1);
    writeFileSync(file, "one");
    await keeper.refresh();
    expect(isCurrent(keeper.state())).toBe(true);
  });

  it("survives a reader that breaks, and tries again with the next look", async () => {
    replies = [{ type: "snapshot", snapshot: good }, new Error("out of memory"), { type: "snapshot", snapshot: good }];
    await keeper.refresh();
    writeFileSync(file, "two");
    await keeper.refresh();
    expect(keeper.state().failure).toContain("out of memory");
    await keeper.refresh();
    expect(isCurrent(keeper.state())).toBe(true);
  });

  it("reads again where a file changed while it was read", async () => {
    const reply: Reply = { type: "snapshot", snapshot: good };
    replies = [reply, reply];
    const reading = keeper.refresh();
    writeFileSync(file, "changed in between");
    await reading;
    await keeper.refresh();
    await keeper.refresh();
    expect(reads).toBeLessThanOrEqual(2);
    expect(isCurrent(keeper.state())).toBe(true);
  });
});
