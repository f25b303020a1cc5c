import { describe, expect, it } from "vitest";
import { takeBulk } from "../../../src/service/store/bulk/take.ts";
import type { Database } from "../../../src/service/store/database/open.ts";
import { writeSpans } from "../../../src/service/store/database/write-spans.ts";
import { spansOf } from "../../../src/service/store/otlp/spans.ts";
import { isFull, type LogSearch, searchLogs } from "../../../src/service/store/search/logs.ts";
import { overviewOf } from "../../../src/service/store/search/overview.ts";
import { listServices } from "../../../src/service/store/search/services.ts";
import { findTrace } from "../../../src/service/store/search/trace.ts";
import { searchTraces } from "../../../src/service/store/search/traces.ts";
import { bulk, memory, span, spanId, traceId } from "./records.ts";

function withLines(...lines: readonly Readonly<Record<string, unknown>>[]): Database {
  const database = memory();
  const documents = lines.map((line, index) => [`id-${index}`, { "@timestamp": 1_000 + index, ...line }] as const);
  takeBulk({ bytes: bulk(...documents), isZipped: false, stream: "logs-a-b" }, { database, nowMs: 1 });
  return database;
}

describe.each([
  ["with an index of texts", true],
  ["without an index of texts, as on Node 22.15", false],
])("searching log lines %s", (_how, hasTextIndex) => {
  const found = (database: Database, search: object): readonly string[] =>
    searchLogs({ ...database, hasTextIndex }, { limit: 100, ...search }).map(({ message }) => message);

  it("finds any part of a word, in any script and case, and all words together", () => {
    const database = withLines(
      { message: "connect ECONNREFUSED 10.0.0.5:3306" },
      { message: "订单服务超时 order 42 timed out" },
      { message: 'a "quoted" 100% sure_thing' },
      { message: "boring", "error.message": "deadlock found" },
    );
    const expected: readonly (readonly [string, readonly number[]])[] = [
      ["econnref", [0]],
      ["10.0.0.5", [0]],
      ["服务超时", [1]],
      ["超时", [1]],
      ["42 order", [1]],
      ['"order 42"', [1]],
      ['"42 order"', []],
      ["100%", [2]],
      ["%", [2]],
      ["_", [2]],
      ["deadlock", [3]],
      ["order OR connect", []],
      ["nothing*", []],
    ];
    const messages = found(database, {}).toReversed();
    for (const [text, numbers] of expected)
      expect([text, found(database, { text })]).toEqual([text, numbers.map((number) => messages[number])]);
  });

  it("goes on after a line where many are of one millisecond", () => {
    const database = withLines(...["a", "b", "c", "d"].map((message) => ({ message, "@timestamp": 5 })));
    const pages: string[] = [];
    for (let before: LogSearch["before"]; pages.length < 4; ) {
      const [line] = searchLogs({ ...database, hasTextIndex }, { limit: 1, before });
      const [timeMs = 0, seq = 0] = line?.cursor.split(".").map(Number) ?? [];
      before = { timeMs, seq };
      pages.push(line?.message ?? "nothing");
    }
    expect(pages).toEqual(["d", "c", "b", "a"]);
  });

  it("keeps no statement for each number of words that somebody looks for", () => {
    const database = withLines({ message: "a b c" });
    const asked: string[] = [];
    const statement: Database["statement"] = (sql) => {
      asked.push(sql);
      return database.statement(sql);
    };
    for (const text of ["a", "a b", "a b c"])
      expect(searchLogs({ ...database, hasTextIndex, statement }, { limit: 1, text })).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it("gives no more at once than fits into an answer, and goes on behind it", () => {
    const database = withLines(
      ...Array.from({ length: 12 }, () => ({ message: "m", "@timestamp": 5, long: "x".repeat(1e6) })),
    );
    const first = searchLogs({ ...database, hasTextIndex }, { limit: 100 });
    expect(first).toHaveLength(9);
    expect(isFull(first, 100)).toBe(true);
    const [timeMs = 0, seq = 0] = first.at(-1)?.cursor.split(".").map(Number) ?? [];
    const rest = searchLogs({ ...database, hasTextIndex }, { limit: 100, before: { timeMs, seq } });
    expect(rest).toHaveLength(3);
    expect(isFull(rest, 100)).toBe(false);
  });

  it("narrows by service, level, trace and time, and gives the newest first", () => {
    const database = withLines(
      { message: "a", "service.name": "menu", "log.level": "debug" },
      { message: "b", "service.name": "menu", "log.level": "error", "trace.id": traceId(7) },
      { message: "c", "service.name": "order", "log.level": "warn", "trace.id": traceId(7) },
    );
    expect(found(database, {})).toEqual(["c", "b", "a"]);
    expect(found(database, { limit: 1 })).toEqual(["c"]);
    expect(found(database, { service: "menu" })).toEqual(["b", "a"]);
    expect(found(database, { level: "warn" })).toEqual(["c", "b"]);
    expect(found(database, { traceId: traceId(7) })).toEqual(["c", "b"]);
    expect(found(database, { fromMs: 1_001, toMs: 1_002 })).toEqual(["b"]);
    const page = searchLogs({ ...database, hasTextIndex }, { limit: 2 });
    const [timeMs = 0, seq = 0] = page.at(-1)?.cursor.split(".").map(Number) ?? [];
    expect(found(database, { before: { timeMs, seq } })).toEqual(["a"]);
    expect(found(database, { service: "menu' OR 1=1 --" })).toEqual([]);
  });
});

describe("traces", () => {
  const [gateway, order] = [
    { service: "gateway", spanId: spanId(1) },
    { service: "order", spanId: spanId(2), parentId: spanId(1) },
  ];

  it("are put together from spans that come in any order and in several requests, each span once", () => {
    const database = memory();
    const child = span({ ...order, startUs: 2_000, durationUs: 9_000, name: "GET /orders", isError: true });
    const root = span({ ...gateway, startUs: 1_000, durationUs: 4_000 });
    expect(writeSpans(database, [child], 1)).toEqual({ stored: 1, duplicates: 0, tooMany: 0 });
    expect(searchTraces(database, { limit: 9 })).toMatchObject([{ service: "order", name: "GET /orders", spans: 1 }]);
    expect(writeSpans(database, [root, child], 2)).toEqual({ stored: 1, duplicates: 1, tooMany: 0 });
    expect(searchTraces(database, { limit: 9 })).toEqual([
      {
        ...{
          trace_id: traceId(1),
          start_ms: 1,
          duration_ms: 10,
          service: "gateway",
          name: "GET /",
          spans: 2,
          errors: 1,
        },
        services: ["gateway", "order"],
      },
    ]);
    expect(database.records).toEqual({ logs: 0, spans: 2, traces: 1 });
  });

  it("are narrowed by service, duration, error and time", () => {
    const database = memory();
    const of = (number: number, more: object) =>
      span({ traceId: traceId(number), startUs: number * 1_000_000, ...more });
    writeSpans(database, [of(1, { durationUs: 5_000 }), of(2, { isError: true }), of(3, { service: "menu" })], 1);
    const ids = (search: object): readonly number[] =>
      searchTraces(database, { limit: 9, ...search }).map(({ trace_id }) => Number.parseInt(trace_id, 16));
    expect(ids({})).toEqual([3, 2, 1]);
    expect(ids({ service: "menu" })).toEqual([3]);
    expect(ids({ minDurationMs: 5 })).toEqual([1]);
    expect(ids({ hasError: true })).toEqual([2]);
    expect(ids({ hasError: false })).toEqual([3, 1]);
    expect(ids({ fromMs: 2_000, toMs: 3_000 })).toEqual([2]);
    expect(ids({ limit: 2 })).toEqual([3, 2]);
  });

  it("do not grow without end", () => {
    const database = memory();
    const spans = Array.from({ length: 10_003 }, (_, index) => span({ spanId: spanId(index + 1) }));
    expect(writeSpans(database, spans, 1)).toEqual({ stored: 10_000, duplicates: 0, tooMany: 3 });
    expect(writeSpans(database, [span({ spanId: spanId(90_000) })], 1)).toMatchObject({ stored: 0, tooMany: 1 });
  });

  it("are found up to the latest time that is taken", () => {
    const database = memory();
    const late = { traceId: traceId(1), spanId: spanId(1), startTimeUnixNano: "9007199254740990998" };
    const { spans } = spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [late] }] }] }, 10);
    writeSpans(database, spans, 1);
    expect(searchTraces(database, { limit: 10 })).toMatchObject([{ spans: 1, start_ms: 9_007_199_254_740.99 }]);
  });

  it("are shown with as many spans as fit into an answer", () => {
    const database = memory();
    const details = { attributes: { long: "x".repeat(1e6) }, resource: {} };
    writeSpans(
      database,
      Array.from({ length: 12 }, (_, index) => span({ spanId: spanId(index + 1), details })),
      1,
    );
    const found = findTrace(database, traceId(1));
    expect(found?.spans).toBe(12);
    expect(found?.span_list).toHaveLength(9);
  });

  it("are shown with their log lines, also where no span of them was kept", () => {
    const database = withLines(
      { message: "of a trace", "trace.id": traceId(1), "service.name": "order" },
      { message: "of one that was not sampled", "trace.id": traceId(2), "service.name": "order" },
    );
    writeSpans(database, [span()], 1);
    expect(findTrace(database, traceId(1))).toMatchObject({
      ...{ name: "GET /", span_list: [{ kind: "server", duration_ms: 1 }], log_lines: [{ message: "of a trace" }] },
    });
    expect(findTrace(database, traceId(2))).toMatchObject({ spans: 0, services: ["order"], span_list: [] });
    expect(findTrace(database, traceId(3))).toBeUndefined();
  });
});

describe("the overview", () => {
  const call = (from: string, to: string, number: number, { us = 10_000, isError = false } = {}) => [
    span({ traceId: traceId(number), service: from, spanId: spanId(1), name: "in", durationUs: us + 1_000 }),
    span({
      traceId: traceId(number),
      service: from,
      spanId: spanId(2),
      parentId: spanId(1),
      kind: 3,
      name: "out",
      durationUs: us,
      peer: "10.0.0.5:80",
    }),
    span({
      traceId: traceId(number),
      service: to,
      spanId: spanId(3),
      parentId: spanId(2),
      name: "in",
      durationUs: us / 2,
      isError,
    }),
  ];

  it("pairs the spans of caller and called, and takes what the caller waited", () => {
    const database = memory();
    writeSpans(
      database,
      [...call("gateway", "order", 1), ...call("gateway", "order", 2, { us: 90_000, isError: true })],
      1,
    );
    expect(overviewOf(database, { fromMs: 0, toMs: 11_000 })).toMatchObject({
      ...{ spans: 6, is_cut: false },
      edges: [
        {
          ...{ from: "gateway", to: "order", to_is: "service", count: 2, errors: 1 },
          ...{ per_second: 0.2, p50_ms: 10, p95_ms: 90, max_ms: 90 },
        },
      ],
    });
  });

  it("shows databases and strangers by what their caller tells, and no service twice", () => {
    const database = memory();
    const query = span({
      service: "order",
      spanId: spanId(9),
      kind: 3,
      name: "SELECT",
      peer: "mysql/orders",
      durationUs: 3_000,
    });
    writeSpans(database, [...call("gateway", "order", 1), query], 1);
    const { edges } = overviewOf(database, { fromMs: 0, toMs: 2_000 });
    expect(edges.map(({ from, to, to_is }) => [from, to, to_is])).toEqual([
      ["gateway", "order", "service"],
      ["order", "mysql/orders", "peer"],
    ]);
  });

  it("knows who was called at an address, also before it has told so, but not behind a balancer", () => {
    const unanswered = (number: number, peer: string) =>
      span({ traceId: traceId(number), spanId: spanId(8), kind: 3, service: "gateway", peer, isError: true });
    const answeredAt = (number: number, to: string, peer: string) =>
      call("gateway", to, number).map((each) => (each.kind === 3 ? { ...each, peer } : each));
    const database = memory();
    writeSpans(
      database,
      [
        ...[...answeredAt(1, "order", "10.0.0.1:3002"), unanswered(2, "10.0.0.1:3002")],
        ...[...answeredAt(3, "order", "vip:80"), ...answeredAt(4, "menu", "vip:80"), unanswered(5, "vip:80")],
      ],
      1,
    );
    const { edges } = overviewOf(database, { fromMs: 0, toMs: 10_000 });
    expect(edges.map(({ to, to_is, count, errors }) => [to, to_is, count, errors])).toEqual([
      ["menu", "service", 1, 0],
      ["order", "service", 3, 1],
      ["vip:80", "peer", 1, 1],
    ]);
  });

  it("names the slowest of each kind of span with its trace", () => {
    const database = memory();
    writeSpans(database, [...call("gateway", "order", 1), ...call("gateway", "order", 2, { us: 90_000 })], 1);
    const { operations } = overviewOf(database, { fromMs: 0, toMs: 2_000 });
    expect(
      operations.map(({ service, name, max_ms, slowest_trace_id }) => [service, name, max_ms, slowest_trace_id]),
    ).toEqual([
      ["gateway", "in", 91, traceId(2)],
      ["gateway", "out", 90, traceId(2)],
      ["order", "in", 45, traceId(2)],
    ]);
  });

  it("looks at the time that was asked for, and spreads a rate over no more time than there is", () => {
    const database = memory();
    writeSpans(database, call("gateway", "order", 1), 1);
    expect(overviewOf(database, { fromMs: 2_000, toMs: 3_000 })).toMatchObject({ spans: 0, edges: [], operations: [] });
    const [edge] = overviewOf(database, { fromMs: 0, toMs: 1_000 + 4_000 }).edges;
    expect(edge?.per_second).toBe(0.25);
  });
});

describe("services", () => {
  it("are known by their spans and by their lines", () => {
    const database = withLines({ "service.name": "menu" }, { "service.name": "order" });
    writeSpans(
      database,
      [span({ service: "gateway", startUs: 7_000_000 }), span({ service: "order", spanId: spanId(2) })],
      1,
    );
    expect(listServices(database)).toEqual([
      { name: "gateway", last_span_ms: 7_000, last_log_ms: undefined },
      { name: "menu", last_span_ms: undefined, last_log_ms: 1_000 },
      { name: "order", last_span_ms: 1_000, last_log_ms: 1_001 },
    ]);
    expect(listServices(memory())).toEqual([]);
  });
});
