import { appendFileSync, chmodSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchOf, linesOf, openWorkshop } from "./batches.ts";
import type { Fault, SentRecord } from "./faulty-store.ts";

const parsing = { type: "document_parsing_exception", reason: "failed to parse field [n] of type [long]" };

function poison(isPoison: (record: SentRecord) => boolean): () => Fault {
  return () => ({ item: (record) => (isPoison(record) ? { status: 400, error: parsing } : undefined) });
}

describe("a record that the store refuses for good", () => {
  it("becomes one dead letter with one report, and no other record is sent again", async () => {
    const { store, reports, deliver, send, deadLetters } = await openWorkshop();
    store.fault = poison(({ id }) => id === "test-3z");
    const lines = linesOf(500);
    const fates = await send(deliver(), batchOf(lines));
    expect(fates.map((fate, index) => (fate === "delivered" ? -1 : index)).filter((index) => index >= 0)).toEqual([
      143,
    ]);
    expect(fates[143]).toBe("dead");
    expect(store.requests.length).toBe(1);
    expect(store.documents.size).toBe(499);
    expect(deadLetters()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        index: "logs-a.b-test",
        id: "test-3z",
        attempts: 1,
        error: { status: 400, ...parsing },
        line: lines[143],
      },
    ]);
    expect(reports).toMatchObject([{ "log.level": "warn", "error.type": parsing.type, fix: expect.any(String) }]);
  });

  it("is reported once, however many follow", async () => {
    const { store, reports, deliver, send, deadLetters } = await openWorkshop();
    store.fault = poison(() => true);
    const delivery = deliver();
    for (let n = 0; n < 5; n++) await send(delivery, batchOf(linesOf(10), { first: n * 10 }));
    expect(deadLetters().length).toBe(50);
    expect(reports.length).toBe(1);
  });

  it("is told from the others when it spoils the whole request", async () => {
    const { store, reports, deliver, send, deadLetters } = await openWorkshop();
    store.fault = ({ records }) =>
      records.some(({ line }) => /line (5|77)"/.test(line))
        ? { status: 400, body: JSON.stringify({ error: { type: "illegal_argument_exception", reason: "no" } }) }
        : undefined;
    const fates = await send(deliver(), batchOf(linesOf(100)));
    expect(fates.filter((fate) => fate === "delivered").length).toBe(98);
    expect(deadLetters().map(({ id, error }) => [id, error.type])).toEqual([
      ["test-5", "illegal_argument_exception"],
      ["test-25", "illegal_argument_exception"],
    ]);
    expect(reports.length).toBe(1);
  });

  it("is sent again with the last value where a field stands in it twice, as pino's children write it", async () => {
    const { store, reports, deliver, send, deadLetters } = await openWorkshop();
    const cause = { type: "x_content_parse_exception", reason: "[1:9] Duplicate field 'a'" };
    const error = { type: "document_parsing_exception", reason: "[1:9] failed to parse", caused_by: cause };
    store.fault = () => ({ item: ({ line }) => (/"a":1.*"a":/.test(line) ? { status: 400, error } : undefined) });
    const lines = [
      '{"message":"one","a":1}',
      '{"message":"é","a":1,"a":{"a":2},"__proto__":3}',
      '{"id":12345678901234567890,"a":1,"a":2}',
      '{"n":1,"x":{"a":1,"a":"\\ud800"}}',
    ];
    expect(await send(deliver(), batchOf(lines))).toEqual(["delivered", "delivered", "dead", "delivered"]);
    expect([...store.documents.values()].map((line) => line.trimEnd()).toSorted()).toEqual(
      [
        '{"message":"one","a":1}',
        '{"message":"é","a":{"a":2},"__proto__":3}',
        '{"n":1,"x":{"a":"\\ud800"}}',
      ].toSorted(),
    );
    // What JavaScript cannot hold is not changed in silence.
    expect(deadLetters()).toMatchObject([{ line: lines[2], error: { type: error.type } }]);
    expect(reports.length).toBe(1);
  });

  it("is given up where it is refused as it was after its repeated field has been taken away", async () => {
    const { store, deliver, send } = await openWorkshop();
    const error = { type: "document_parsing_exception", reason: "Duplicate field 'a'" };
    store.fault = () => ({ item: () => ({ status: 400, error }) });
    expect(await send(deliver(), batchOf(['{"a":1,"a":2}']))).toEqual(["dead"]);
    expect(store.requests.length).toBe(2);
  });

  it("may be too large, even alone", async () => {
    const { store, deliver, send, deadLetters } = await openWorkshop();
    store.fault = ({ body }) => (body.length > 3_000 ? { status: 413 } : undefined);
    const lines = [...linesOf(3), JSON.stringify({ large: "x".repeat(5_000) }), ...linesOf(3)];
    const fates = await send(deliver(), batchOf(lines));
    expect(fates).toEqual([...Array(3).fill("delivered"), "dead", ...Array(3).fill("delivered")]);
    expect(deadLetters()).toMatchObject([{ error: { status: 413, type: "content_too_large" }, line: lines[3] }]);
  });

  it("is given up where the store fails at it again and again, and at no other", async () => {
    const { store, deliver, send, deadLetters } = await openWorkshop();
    const failing = { status: 500, error: { type: "array_index_out_of_bounds_exception", reason: "1" } };
    store.fault = () => ({ item: ({ id }) => (id === "test-1" ? failing : undefined) });
    expect(await send(deliver(), batchOf(linesOf(3)))).toEqual(["delivered", "dead", "delivered"]);
    expect(deadLetters()).toMatchObject([{ id: "test-1", attempts: 20, error: { status: 500 } }]);
  });
});

describe("the dead-letter file", () => {
  it("is for its owner only, and never larger than its bound; what it has no room for is told apart", async () => {
    const { store, folder, reports, deliver, send, deadLetters } = await openWorkshop();
    store.fault = poison(() => true);
    const fates = await send(deliver({ limits: { maxDeadLetterBytes: 2_000 } }), batchOf(linesOf(20)));
    const { size, mode } = statSync(join(folder, "dead.ndjson"));
    expect(size).toBeLessThanOrEqual(2_000);
    expect(mode & 0o777).toBe(0o600);
    const kept = deadLetters().length;
    expect(kept).toBeGreaterThan(3);
    expect(fates).toEqual([...Array(kept).fill("dead"), ...Array(20 - kept).fill("unkept")]);
    expect(reports.some(({ message }) => message.startsWith("dead-letter file is full"))).toBe(true);
  });

  it("is begun anew when it is moved away", async () => {
    const { store, folder, deliver, send, deadLetters } = await openWorkshop();
    store.fault = poison(() => true);
    const delivery = deliver();
    await send(delivery, batchOf(linesOf(2)));
    renameSync(join(folder, "dead.ndjson"), join(folder, "moved"));
    await send(delivery, batchOf(linesOf(2), { first: 10 }));
    expect(deadLetters().map(({ id }) => id)).toEqual(["test-a", "test-b"]);
  });

  it("holds a record once that comes again after a crash, and ends the line that the crash cut off", async () => {
    const { store, folder, deliver, send } = await openWorkshop();
    store.fault = poison(() => true);
    await send(deliver(), batchOf(linesOf(3)));
    const file = join(folder, "dead.ndjson");
    const cut = '{"time":"2026-11-21T18:37:07.000Z","index":"logs-a.b-test","id":"test-4"';
    appendFileSync(file, cut);
    expect(await send(deliver(), batchOf(linesOf(5)))).toEqual(Array(5).fill("dead"));
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines.splice(3, 1)).toEqual([cut]);
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(["test-0", "test-1", "test-2", "test-3", "test-4"]);
  });

  it("that cannot be written costs only the refused records", async () => {
    const { store, folder, reports, deliver, send } = await openWorkshop();
    store.fault = poison(({ id }) => id === "test-1");
    const delivery = deliver({ deadLetterFile: join(folder, "missing", "dead.ndjson") });
    expect(await send(delivery, batchOf(linesOf(3)))).toEqual(["delivered", "unkept", "delivered"]);
    chmodSync(folder, 0o700);
    expect(reports.find(({ message }) => message.startsWith("dead-letter file cannot"))).toMatchObject({
      "error.code": "ENOENT",
    });
  });
});

it("settles each record once and truly, whatever a store does until it is well", async () => {
  const fault = fc.constantFrom(
    ...["429", "503", "reset", "cut", "413", "401", "400", "html", "busy", "failing", "wrong count", "none"],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 12 }),
      fc.uniqueArray(fc.nat(39), { maxLength: 6 }),
      fc.integer({ min: 200, max: 5_000 }),
      async (faults, poisoned, maxRequestBytes) => {
        const { store, deliver, send, deadLetters } = await openWorkshop();
        const isPoison = ({ id }: SentRecord): boolean => poisoned.some((n) => id === `test-${n.toString(36)}`);
        const left = [...faults];
        store.fault = ({ records }) => faultOf(left.shift() ?? "none", records.length, isPoison);
        const limits = { maxRequestBytes, refusedPauseMs: 5, firstPauseMs: 1, maxPauseMs: 2 };
        const fates = await send(deliver({ limits }), batchOf(linesOf(40)));
        const dead = poisoned.length === 0 ? [] : deadLetters().map(({ id }) => Number.parseInt(id.slice(5), 36));
        expect(dead.toSorted()).toEqual(poisoned.toSorted());
        expect(fates).toEqual(linesOf(40).map((_, n) => (poisoned.includes(n) ? "dead" : "delivered")));
        expect(store.documents.size).toBe(40 - poisoned.length);
      },
    ),
    { numRuns: 40 },
  );
});

function faultOf(name: string, count: number, isPoison: (record: SentRecord) => boolean): Fault {
  const refuse = { status: 400, error: parsing };
  if (name === "reset") return name;
  if (name === "html") return { status: 200, body: "<html>" };
  if (name === "wrong count") return { status: 200, body: '{"errors":true,"items":[]}' };
  if (name === "413") return count > 1 ? { status: 413 } : { status: 503 };
  if (name === "busy" || name === "failing") {
    const status = name === "busy" ? 429 : 500;
    const item = (record: SentRecord) =>
      isPoison(record)
        ? refuse
        : record.id.length % 2 === 0
          ? { status, error: { type: "x", reason: "y" } }
          : undefined;
    return { item };
  }
  if (name === "none" || name === "cut")
    return { item: (record) => (isPoison(record) ? refuse : undefined), isCut: name === "cut" };
  return { status: Number(name) };
}
