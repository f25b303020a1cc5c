import { describe, expect, it } from "vitest";
import { batchOf, linesOf, openWorkshop } from "./batches.ts";
import { type Fault, startFaultyStore } from "./faulty-store.ts";

const delivered = (count: number): readonly string[] => Array(count).fill("delivered");

describe("a store in trouble", () => {
  it.each([
    ["429", { status: 429 }],
    ["503", { status: 503 }],
    ["a closed connection", "reset"],
    ["an answer that breaks off", "cut"],
  ] satisfies [string, Fault][])("gets the same records again after %s, and holds each once", async (_, fault) => {
    const { store, reports, deliver, send } = await openWorkshop();
    store.fault = () => (store.requests.length <= 3 ? fault : undefined);
    expect(await send(deliver(), batchOf(linesOf(20)))).toEqual(delivered(20));
    expect(store.documents.size).toBe(20);
    expect(store.requests.length).toBe(4);
    expect(reports.map(({ "log.level": level }) => level)).toEqual(["warn", "info"]);
  });

  it("gets nothing before the time that it asked for", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = () => (store.requests.length === 1 ? { status: 429, headers: { "retry-after": "1" } } : undefined);
    await send(deliver(), batchOf(linesOf(2)));
    const [first, second] = store.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("gets again only the records that it had no room for, and these not before the time it asked for", async () => {
    const { store, deliver, send } = await openWorkshop();
    const full = { status: 429, error: { type: "es_rejected_execution_exception", reason: "queue is full" } };
    store.fault = () =>
      store.requests.length === 1
        ? { item: ({ line }) => (/line [37]"/.test(line) ? full : undefined), headers: { "retry-after": "1" } }
        : undefined;
    expect(await send(deliver(), batchOf(linesOf(10)))).toEqual(delivered(10));
    const [first, second] = store.requests;
    expect(second?.records.map(({ id }) => id)).toEqual(["test-3", "test-7"]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("is given up when it does not answer in time, and asked again", async () => {
    const { store, reports, deliver, send } = await openWorkshop();
    store.fault = () => (store.requests.length === 1 ? "hang" : undefined);
    expect(await send(deliver({ limits: { requestTimeoutMs: 50 } }), batchOf(linesOf(3)))).toEqual(delivered(3));
    expect(reports[0]).toMatchObject({ "error.code": "ETIMEDOUT" });
  });

  it("that does not answer where a field stands twice in a record gets it once", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = ({ records }) => (records.some(({ line }) => /"a":1,"a":/.test(line)) ? "hang" : undefined);
    const lines = ['{"a":0}', '{"a":1,"a":2}'];
    expect(await send(deliver({ limits: { requestTimeoutMs: 50 } }), batchOf(lines))).toEqual(delivered(2));
    expect([...store.documents.values()].map((line) => line.trimEnd())).toEqual(['{"a":0}', '{"a":2}']);
  });

  it("is found again when it was away", async () => {
    const { store, folder, reports, deliver, send } = await openWorkshop();
    const away = await startFaultyStore();
    await away.close();
    const sending = send(deliver({ urls: [away.url], deadLetterFile: `${folder}/other` }), batchOf(linesOf(3)));
    await expect.poll(() => reports.length).toBe(1);
    const back = await startFaultyStore({ port: Number(new URL(away.url).port) });
    try {
      expect(await sending).toEqual(delivered(3));
      expect(back.documents.size).toBe(3);
      expect(store.requests).toEqual([]);
      expect(reports.map(({ message }) => message)).toEqual([
        "Elasticsearch cannot be reached; log records are kept and sent later",
        "log records are delivered again",
      ]);
    } finally {
      await back.close();
    }
  });

  it("is tried with less after failures", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = ({ body }) => (body.length > 100_000 ? "reset" : undefined);
    expect(await send(deliver({ limits: { maxRequestBytes: 400_000 } }), batchOf(linesOf(400, 900)))).toEqual(
      delivered(400),
    );
  });

  it("gets half of what was too large, and from then on no more than that", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = ({ body }) => (body.length > 3_000 ? { status: 413 } : undefined);
    const delivery = deliver({ limits: { maxRequestBytes: 20_000 } });
    expect(await send(delivery, batchOf(linesOf(100, 100)))).toEqual(delivered(100));
    const refusedAtFirst = store.requests.filter(({ body }) => body.length > 3_000).length;
    await send(delivery, batchOf(linesOf(100, 100), { first: 1_000 }));
    expect(store.requests.filter(({ body }) => body.length > 3_000).length).toBe(refusedAtFirst);
    expect(refusedAtFirst).toBeLessThan(5);
  });
});

describe("a store that a person has to correct", () => {
  const forbidden = { status: 403, error: { type: "security_exception", reason: "action is unauthorized" } };
  it.each([
    ["401", { status: 401 }, "Elasticsearch does not accept the credentials"],
    ["403", { status: 403 }, "Elasticsearch does not allow writing to the data stream"],
    ["404", { status: 404 }, "there is no bulk interface at this address"],
    ["a redirect", { status: 302, headers: { location: "/login" } }, "Elasticsearch refuses the requests"],
    ["a page", { status: 200, body: "<html>Welcome</html>" }, "something else than Elasticsearch answers"],
    ["400 to whatever it gets", { status: 400 }, "Elasticsearch refuses the requests"],
    ["403 for each record", { item: () => forbidden }, "Elasticsearch does not allow writing to the data stream"],
    [
      "no room for another shard",
      { item: () => ({ status: 400, error: { type: "validation_exception", reason: "maximum shards open" } }) },
      "Elasticsearch refuses the requests",
    ],
  ] satisfies [string, Fault, string][])("keeps nothing from being sent later: %s", async (_, fault, message) => {
    const { store, folder, reports, deliver, send } = await openWorkshop();
    let isCorrected = false;
    store.fault = () => (isCorrected ? undefined : fault);
    const sending = send(deliver(), batchOf(linesOf(30)));
    await expect.poll(() => reports.some((report) => report.message.startsWith(message))).toBe(true);
    const asked = store.requests.length;
    await expect.poll(() => store.requests.length).toBeGreaterThan(asked + 2);
    isCorrected = true;
    expect(await sending).toEqual(delivered(30));
    expect(store.documents.size).toBe(30);
    expect(reports.filter(({ "log.level": level }) => level === "warn")).toMatchObject([{ fix: expect.any(String) }]);
    await expect(import("node:fs/promises").then(({ readFile }) => readFile(`${folder}/dead.ndjson`))).rejects.toThrow(
      "ENOENT",
    );
  });
});
