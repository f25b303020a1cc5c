import { describe, expect, it } from "vitest";
import { takeBulk } from "../../../src/service/store/bulk/take.ts";
import { evict } from "../../../src/service/store/database/evict.ts";
import { type Keeper, keepDatabase } from "../../../src/service/store/database/keeper.ts";
import { type Database, inTransaction, usedBytes } from "../../../src/service/store/database/open.ts";
import { writeSpans } from "../../../src/service/store/database/write-spans.ts";
import type { StoreLimits } from "../../../src/service/store/limits.ts";
import { countLogs, searchLogs } from "../../../src/service/store/search/logs.ts";
import { bulk, memory, span, spanId, traceId, wide } from "./records.ts";

function addLines(
  database: Database,
  names: readonly string[],
  { nowMs, message = "text" }: { nowMs: number; message?: string },
) {
  const bytes = bulk(...names.map((name) => [name, { "@timestamp": nowMs, message: `${message} ${name}` }] as const));
  takeBulk({ bytes, isZipped: false, stream: "logs-a-b" }, { database, nowMs });
}

const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function inMemory(limits: StoreLimits): Keeper {
  const nothing = (): void => undefined;
  return keepDatabase({
    file: undefined,
    role: "writer",
    limits,
    movedAside: nothing,
    suspected: nothing,
    evicted: nothing,
  });
}

describe("throwing away", () => {
  it("takes lines and whole traces that came in too long ago, whatever time they tell", () => {
    const database = memory({ maxAgeMs: 1_000 });
    addLines(database, ["old"], { nowMs: 1_000 });
    addLines(database, ["young"], { nowMs: 2_500 });
    writeSpans(database, [span({ traceId: traceId(1) }), span({ traceId: traceId(1), spanId: spanId(2) })], 1_000);
    writeSpans(database, [span({ traceId: traceId(2) })], 2_500);
    expect(evict(database, { nowMs: 3_000 })).toEqual([
      { signal: "logs", reason: "age", records: 1 },
      { signal: "spans", reason: "age", records: 2 },
    ]);
    expect(database.records).toEqual({ logs: 1, spans: 1, traces: 1 });
    expect(searchLogs(database, { text: "text", limit: 9 }).map(({ id }) => id)).toEqual(["young"]);
    expect(evict(database, { nowMs: 3_000 })).toEqual([]);
  });

  it("takes the oldest where there are too many", () => {
    const database = memory({ maxRecords: 2_500 });
    addLines(database, numbered("a", 3_000), { nowMs: 1 });
    expect(evict(database, { nowMs: 2 })).toEqual([{ signal: "logs", reason: "records", records: 2_000 }]);
    expect(searchLogs(database, { limit: 1_000 }).at(-1)?.id).toBe("a2000");
  });

  it("keeps the bytes within their limit however much is written, and the newest records", () => {
    const limits = { ...wide, maxBytes: 8 * 1024 ** 2 };
    const keeper = inMemory(limits);
    const filler = "lorem ipsum dolor sit amet ".repeat(12);
    let written = 0;
    for (let round = 0; round < 60; round++) {
      keeper.use((database) => addLines(database, numbered(`r${round}-`, 500), { nowMs: round, message: filler }));
      const spans = Array.from({ length: 200 }, (_, index) =>
        span({ traceId: traceId(round * 1_000 + index + 1), details: { attributes: { filler }, resource: {} } }),
      );
      keeper.use((database) => writeSpans(database, spans, round));
      written += 700;
      keeper.use((database) => evict(database, { nowMs: round }));
      expect(keeper.use(usedBytes)).toBeLessThanOrEqual(limits.maxBytes);
    }
    keeper.use((database) => {
      const { logs, spans } = database.records;
      expect(logs + spans).toBeLessThan(written);
      expect(logs).toBeGreaterThan(500);
      expect(spans).toBeGreaterThan(200);
      expect(searchLogs(database, { limit: 1 })[0]?.id).toMatch(/^r59-/);
      const count = (table: string): number =>
        Number(database.statement(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
      expect([count("logs"), count("spans")]).toEqual([logs, spans]);
    });
  });

  it("gives way to one request that is nearly as large as the store, and refuses one that is larger", () => {
    const keeper = inMemory({ ...wide, maxBytes: 8 * 1024 ** 2 });
    const message = "x".repeat(1_000);
    for (let round = 0; round < 20; round++)
      keeper.use((database) => addLines(database, numbered(`r${round}-`, 200), { nowMs: round, message }));
    keeper.use((database) => addLines(database, numbered("large-", 1_500), { nowMs: 99, message }));
    expect(keeper.use((database) => countLogs(database, undefined))).toBeGreaterThanOrEqual(1_500);
    const tooLarge = (): void =>
      keeper.use((database) => addLines(database, numbered("larger-", 9_000), { nowMs: 99, message }));
    expect(tooLarge).toThrow(expect.objectContaining({ name: "Refusal", status: 413 }));
    keeper.use((database) => addLines(database, ["after"], { nowMs: 100 }));
    expect(keeper.use((database) => searchLogs(database, { text: "after", limit: 9 }))).toHaveLength(1);
  });
});

describe("a transaction", () => {
  it("leaves nothing behind where it fails, in the counts neither", () => {
    const database = memory();
    addLines(database, ["a"], { nowMs: 1 });
    expect(() =>
      inTransaction(database, () => {
        database.statement("DELETE FROM logs").run();
        database.records.logs = 0;
        throw new Error("on the way");
      }),
    ).toThrow("on the way");
    expect(database.records.logs).toBe(1);
    addLines(database, ["b"], { nowMs: 1 });
    expect(database.records.logs).toBe(2);
  });
});
