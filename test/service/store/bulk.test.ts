import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOf } from "../../../src/service/store/bulk/fields.ts";
import { isStreamName, itemsOf } from "../../../src/service/store/bulk/items.ts";
import { recordOf } from "../../../src/service/store/bulk/record.ts";
import { takeBulk } from "../../../src/service/store/bulk/take.ts";
import { unpack } from "../../../src/service/store/ingest/unpack.ts";
import { Refusal } from "../../../src/service/store/refusal.ts";
import { bulk, memory } from "./records.ts";

const at = "2026-11-21T18:30:00.123Z";
const stream = "logs-nodejs.app-default";

function take(database: ReturnType<typeof memory>, text: string | Uint8Array, path: string | undefined = stream) {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const taken = takeBulk({ bytes, isZipped: false, stream: path }, { database, nowMs: 1 });
  return { ...taken, answer: JSON.parse(String(taken.body)) };
}

describe("a bulk request", () => {
  it("creates each line once, and answers for each", () => {
    const database = memory();
    const first = take(database, bulk(["a", { "@timestamp": at, message: "one" }], ["b", { "@timestamp": at }]));
    expect(first).toMatchObject({ status: 200, ingested: 2, rejected: {} });
    expect(first.answer).toMatchObject({
      errors: false,
      items: [{ create: { _index: stream, _id: "a", status: 201, result: "created" } }, { create: { status: 201 } }],
    });
    const again = take(database, bulk(["a", { "@timestamp": at, message: "other" }], ["c", { "@timestamp": at }]));
    expect(again).toMatchObject({ ingested: 1, rejected: { duplicate: 1 } });
    expect(again.answer).toMatchObject({
      errors: true,
      items: [
        { create: { _id: "a", status: 409, error: { type: "version_conflict_engine_exception" } } },
        { create: { _id: "c", status: 201 } },
      ],
    });
    expect(database.records.logs).toBe(3);
    expect(database.statement("SELECT message FROM logs WHERE id = 'a'").get()).toEqual({ message: "one" });
  });

  it("tells the same identifier in two data streams apart, and replaces by index", () => {
    const database = memory();
    const line = (action: string, message: string): string =>
      `${action}\n${JSON.stringify({ "@timestamp": at, message })}\n`;
    const { answer } = take(
      database,
      line('{"index":{"_id":1}}', "old") +
        line('{"create":{"_index":"logs-b-c","_id":"1"}}', "b") +
        line('{"index":{"_id":"1"}}', "new"),
    );
    expect(answer.items.map((item: object) => Object.values(item)[0].status)).toEqual([201, 201, 200]);
    expect(database.statement("SELECT message FROM logs ORDER BY seq").all()).toEqual([
      { message: "new" },
      { message: "b" },
    ]);
  });

  it("names lines without an identifier itself", () => {
    const line = `{"create":{}}\n${JSON.stringify({ "@timestamp": at })}\n`;
    const { answer } = take(memory(), line + line);
    const ids = answer.items.map(({ create }: { create: { _id: string } }) => create._id);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ["no JSON", '{"@timestamp":', "document_parsing_exception"],
    ["no object", "[]", "document_parsing_exception"],
    ["no time", '{"message":"x"}', "document_parsing_exception"],
    ["a time that is none", '{"@timestamp":"yesterday"}', "document_parsing_exception"],
  ])("refuses a document with %s alone, and keeps the one beside it", (_what, document, type) => {
    const good = `{"create":{"_id":"good"}}\n${JSON.stringify({ "@timestamp": at })}\n`;
    const { answer, ingested, rejected } = take(memory(), `{"create":{"_id":"bad"}}\n${document}\n${good}`);
    expect(answer).toMatchObject({
      errors: true,
      items: [{ create: { _id: "bad", status: 400, error: { type } } }, { create: { _id: "good", status: 201 } }],
    });
    expect({ ingested, rejected }).toEqual({ ingested: 1, rejected: { invalid: 1 } });
  });

  it("refuses a document that is too long alone, and a data stream that Elasticsearch would not name so", () => {
    const long = JSON.stringify({ "@timestamp": at, message: "x".repeat(1_100_000) });
    expect(take(memory(), `{"create":{"_id":"a"}}\n${long}\n`).rejected).toEqual({ too_large: 1 });
    const { answer } = take(memory(), `{"create":{"_index":"UPPER","_id":"a"}}\n{}\n`);
    expect(answer.items[0].create).toMatchObject({ status: 400, error: { type: "invalid_index_name_exception" } });
  });

  it.each([
    ["nothing", "", "required"],
    ["no newline at the end", '{"create":{}}\n{"a":1}', "terminated by a newline"],
    ["an action that is none", "hello\n{}\n", "[1]: it is no JSON"],
    ["an action that is not known", '{"delete":{"_id":"a"}}\n', "delete"],
    ["two actions in one", '{"create":{},"index":{}}\n{}\n', "one action"],
    ["an action without a document", '{"create":{}}\n', "line 1: an action without a document"],
    ["only empty lines", "\n\n", "no actions"],
  ])("is refused as a whole with %s", (_what, text, words) => {
    expect(() => itemsOf(Buffer.from(text), stream)).toThrow(words);
    expect(() => itemsOf(Buffer.from(text), stream)).toThrow(Refusal);
  });

  it("is refused without a data stream in path or action", () => {
    expect(() => itemsOf(Buffer.from('{"create":{}}\n{}\n'), undefined)).toThrow("_index is missing");
  });

  it("never does anything but read or refuse, whatever the text is", () => {
    const word = fc.constantFrom(
      '{"create":{"_id":"a"}}',
      '{"index":{}}',
      "\n",
      "\r\n",
      "{",
      '{"@timestamp":1}',
      "\0",
      "ü",
      "[1]",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: "binary" })), { maxLength: 12 }), (parts) => {
        try {
          itemsOf(Buffer.from(parts.join("")), stream);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a log line", () => {
  it("is read with dotted, nested and mixed fields alike", () => {
    const traceId = "A".repeat(32);
    const flat = {
      "@timestamp": at,
      "log.level": "WARN",
      "service.name": "menu",
      "trace.id": traceId,
      "span.id": "b".repeat(16),
    };
    const nested = {
      "@timestamp": at,
      log: { level: "WARN" },
      service: { name: "menu" },
      trace: { id: traceId },
      span: { id: "b".repeat(16) },
    };
    const expected = {
      ...{
        timeMs: Date.parse(at),
        level: "warn",
        severity: 40,
        service: "menu",
        traceId: "a".repeat(32),
        spanId: "b".repeat(16),
      },
    };
    for (const document of [flat, nested]) expect(recordOf(JSON.stringify(document), "s")).toMatchObject(expected);
    expect(fieldOf({ "a.b": { c: 1 } }, "a.b.c")).toBe(1);
    expect(fieldOf({ a: { "b.c": 1 } }, "a.b.c")).toBe(1);
    expect(fieldOf(JSON.parse('{"a":1}'), "constructor.name")).toBeUndefined();
  });

  it("has its data stream's name where it names no service, and is found by its error", () => {
    const line = JSON.stringify({ "@timestamp": 5, message: "m", error: { type: "TypeError", message: "x is not" } });
    expect(recordOf(line, "logs-a-b")).toMatchObject({
      timeMs: 5,
      service: "logs-a-b",
      level: "info",
      text: "m\nTypeError\nx is not",
    });
  });

  it("is refused where its objects lie so deep that nobody could print them", () => {
    const nested = (levels: number): string => `{"@timestamp":5,"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    expect(recordOf(nested(90), "s")).toMatchObject({ document: nested(90) });
    for (const levels of [101, 200_000]) expect(recordOf(nested(levels), "s")).toContain("more than 100 deep");
  });

  it("has no trace where the identifier is none", () => {
    expect(recordOf(JSON.stringify({ "@timestamp": at, "trace.id": "<script>" }), "s")).toMatchObject({
      traceId: undefined,
    });
  });

  it.each([
    ["logs-nodejs.app-default", true],
    ["日志", true],
    ["_bulk", false],
    [".", false],
    ["a b", false],
    ["a/b", false],
    ["a\u0000", false],
    ["x".repeat(256), false],
  ])("may go to a data stream %j: %s", (name, isOne) => {
    expect(isStreamName(name)).toBe(isOne);
  });
});

describe("a packed body", () => {
  it("is unpacked up to a size, and refused where it is no gzip", () => {
    const packed = gzipSync(Buffer.alloc(10_000));
    expect(unpack(packed, true, 10_000)).toHaveLength(10_000);
    expect(() => unpack(packed, true, 9_999)).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => unpack(Buffer.from("plain"), true)).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => unpack(packed.subarray(0, 20), true)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
