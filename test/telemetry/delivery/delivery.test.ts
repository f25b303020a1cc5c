import { describe, expect, it } from "vitest";
import { batchOf, linesOf, openWorkshop } from "./batches.ts";

describe("delivery of log records", () => {
  it("sends each line untouched behind an action with its id, to the data stream", async () => {
    const { store, deliver, send } = await openWorkshop();
    const lines = ['{"a":1,  "b":"ü 𝄞 \\n"}', "not even JSON", "{}"];
    const fates = await send(deliver(), batchOf(lines, { buffer: "b1", first: 35 }));
    expect(fates).toEqual(["delivered", "delivered", "delivered"]);
    expect([...store.documents]).toEqual([
      ["b1-z", lines[0]],
      ["b1-10", lines[1]],
      ["b1-11", lines[2]],
    ]);
    const [request] = store.requests;
    expect(request?.path).toMatch(/^\/logs-a\.b-test\/_bulk\?filter_path=errors,/);
    expect(request?.headers["content-type"]).toBe("application/x-ndjson");
    expect(request?.headers["content-length"]).toBe(String(Buffer.byteLength(request?.body ?? "")));
  });

  it("names each record by its sequence, with gaps and across each number of digits", async () => {
    const { store, deliver, send } = await openWorkshop();
    const firsts = [0, 30, 1_290, 46_650, 2 ** 40 - 5];
    for (const first of firsts) await send(deliver(), batchOf(linesOf(20), { buffer: "b-1", first }));
    const gaps = batchOf(linesOf(4), { buffer: "gap" });
    gaps.sequences.set([7, 8, 35, 71]);
    await send(deliver(), gaps);
    const wanted = firsts.flatMap((first) => linesOf(20).map((_, n) => `b-1-${(first + n).toString(36)}`));
    expect([...store.documents.keys()]).toEqual([...new Set([...wanted, "gap-7", "gap-8", "gap-z", "gap-1z"])]);
  });

  it("keeps requests below their bound, and sends a longer record alone", async () => {
    const { store, deliver, send } = await openWorkshop();
    const lines = [...linesOf(50, 100), JSON.stringify({ long: "x".repeat(5_000) }), ...linesOf(50, 100)];
    await send(deliver({ limits: { maxRequestBytes: 2_000 } }), batchOf(lines));
    expect(store.documents.size).toBe(101);
    const tooLong = store.requests.filter(({ body }) => body.length > 2_000);
    expect(tooLong.map(({ records }) => records.length)).toEqual([1]);
    expect(store.requests.length).toBeLessThan(15);
  });

  it("keeps its connection", async () => {
    const { store, deliver, send } = await openWorkshop();
    const delivery = deliver();
    for (let n = 0; n < 5; n++) await send(delivery, batchOf(linesOf(3), { first: n * 10 }));
    expect(store.requests.length).toBe(5);
    expect(store.connections).toBe(1);
  });

  it("counts what is there already as delivered", async () => {
    const { store, deliver, send } = await openWorkshop();
    const delivery = deliver();
    await send(delivery, batchOf(linesOf(5)));
    expect(await send(delivery, batchOf(linesOf(8)))).toEqual(Array(8).fill("delivered"));
    expect(store.documents.size).toBe(8);
  });

  it("tells records that went into the failure store, though the answer has no errors", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = () => ({
      item: ({ line }) => (line.includes("line 2") ? { status: 201, failure_store: "used" } : undefined),
    });
    expect(await send(deliver(), batchOf(linesOf(4)))).toEqual(["delivered", "delivered", "redirected", "delivered"]);
  });

  it("carries several batches at the same time", async () => {
    const { store, deliver, send } = await openWorkshop();
    const delivery = deliver({ limits: { maxRequestBytes: 1_000 } });
    const batches = [0, 1, 2, 3].map((n) => batchOf(linesOf(40, 50), { first: n * 1_000 }));
    const fates = await Promise.all(batches.map((batch) => send(delivery, batch)));
    expect(fates.flat()).toEqual(Array(160).fill("delivered"));
    expect(store.documents.size).toBe(160);
  });

  it("goes to the next address while one does not answer, and asks that one no more than its pauses allow", async () => {
    const { store, reports, deliver, send } = await openWorkshop();
    const nobody = "http://127.0.0.1:1";
    const delivery = deliver({ urls: [nobody, store.url], limits: { firstPauseMs: 60_000, maxPauseMs: 60_000 } });
    for (let n = 0; n < 6; n++)
      expect(await send(delivery, batchOf(linesOf(2), { first: n * 10 }))).toEqual(["delivered", "delivered"]);
    expect(reports.filter(({ message }) => message.includes("cannot be reached"))).toMatchObject([
      {
        "url.full": nobody,
        "error.code": "ECONNREFUSED",
        fix: expect.stringContaining("check that Elasticsearch runs"),
      },
    ]);
  });

  it("gives up at once when it is told to, and leaves the rest unsettled", async () => {
    const { store, deliver, send } = await openWorkshop();
    store.fault = () => "hang";
    const stop = new AbortController();
    const sending = send(deliver(), batchOf(linesOf(3)), stop.signal);
    await expect.poll(() => store.requests.length).toBe(1);
    stop.abort();
    expect(await sending).toEqual([undefined, undefined, undefined]);
  });
});
