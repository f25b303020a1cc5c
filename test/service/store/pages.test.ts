import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParameterError, parametersOf } from "../../../src/service/store/api/parameters.ts";
import {
  logParameters,
  logSearch,
  overviewSearch,
  timeParameters,
  traceSearch,
} from "../../../src/service/store/api/searches.ts";
import { printBytes, printDuration, printRate, printShare } from "../../../src/service/store/pages/figures.ts";
import { drawGraph, placeNodes } from "../../../src/service/store/pages/graph.ts";
import { drawLines } from "../../../src/service/store/pages/lines.ts";
import { placeSpans } from "../../../src/service/store/pages/waterfall.ts";
import type { Edge } from "../../../src/service/store/search/overview.ts";
import type { SpanView } from "../../../src/service/store/search/trace.ts";

function edge(from: string, to: string, more: Partial<Edge> = {}): Edge {
  return {
    ...{ from, to, to_is: "service", count: 10, errors: 0, per_second: 1, p50_ms: 1, p95_ms: 2, max_ms: 3 },
    ...more,
  };
}

function view(span_id: string, parent_id: string | undefined, start_ms = 0): SpanView {
  return {
    ...{ span_id, parent_id, start_ms, service: "s", name: span_id, kind: "server", duration_ms: 1, error: false },
    ...{ peer: undefined, details: { attributes: {}, resource: {} } },
  };
}

describe("the picture of calls", () => {
  it("goes from left to right from where calls begin", () => {
    const nodes = placeNodes([
      edge("gateway", "order"),
      edge("gateway", "menu"),
      edge("order", "menu"),
      edge("menu", "mysql", { to_is: "peer" }),
    ]);
    const columns = ["gateway", "order", "menu", "mysql"].map((name) => nodes.get(name)?.x ?? -1);
    expect(columns).toEqual(columns.toSorted((a, b) => a - b));
    expect(new Set(columns).size).toBe(4);
    expect(nodes.get("mysql")).toMatchObject({ isPeer: true });
  });

  it("has every service once, at a place of its own, whoever calls whom", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 14 }), (pairs) => {
        const edges = pairs.map(([from, to]) => edge(from, to));
        const nodes = [...placeNodes(edges).values()];
        expect(new Set(nodes.map((node) => node.name))).toEqual(new Set(pairs.flat()));
        expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(nodes.length);
        drawGraph(edges);
      }),
    );
  });

  it("is left out where there are too many to see anything", () => {
    expect(drawGraph([])).toBeUndefined();
    expect(drawGraph(Array.from({ length: 60 }, (_, index) => edge("hub", `s${index}`)))).toBeUndefined();
  });

  it("is not even begun for a chain of hundreds, against the order of their names", () => {
    const name = (index: number): string => `s${String(1_000 - index)}`;
    expect(drawGraph(Array.from({ length: 500 }, (_, index) => edge(name(index), name(index + 1))))).toBeUndefined();
  });

  it("shows names as they are", () => {
    const drawn = drawGraph([edge("<script>", '"><b>')])?.text ?? "";
    expect(drawn).toContain("&lt;script&gt;");
    expect(drawn).not.toMatch(/<script|<b>/);
  });
});

describe("the waterfall", () => {
  it("puts children under their parents in the order of time", () => {
    const placed = placeSpans([
      view("root", undefined),
      view("b", "root", 2),
      view("b1", "b", 3),
      view("c", "root", 4),
    ]);
    expect(placed.map(({ span, depth }) => [span.span_id, depth])).toEqual([
      ["root", 0],
      ["b", 1],
      ["b1", 2],
      ["c", 1],
    ]);
  });

  it("shows a span whose parent is not here as one of its own, and says so", () => {
    expect(placeSpans([view("lost", "gone")])).toMatchObject([{ depth: 0, isOrphan: true }]);
  });

  it("has each span once, whatever the parents are", () => {
    const id = fc.integer({ min: 0, max: 8 }).map(String);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(id, fc.option(id, { nil: undefined })), { selector: ([own]) => own }),
        (pairs) => {
          const placed = placeSpans(pairs.map(([own, parent]) => view(own, parent)));
          expect(placed.map(({ span }) => span.span_id).sort()).toEqual(pairs.map(([own]) => own).sort());
        },
      ),
    );
  });

  it("is drawn for a chain of thousands of spans", () => {
    const chain = Array.from({ length: 5_000 }, (_, index) =>
      view(String(index), index === 0 ? undefined : String(index - 1)),
    );
    expect(placeSpans(chain).at(-1)).toMatchObject({ depth: 4_999 });
  });
});

describe("a log line", () => {
  const drawn = (document: object): string =>
    drawLines([
      {
        ...{ cursor: "1.1", time_ms: 1, stream: "s", id: "i", service: "menu", level: "info", message: "m" },
        ...{ trace_id: undefined, span_id: undefined, document: JSON.stringify(document) },
      },
    ]).text;

  it("is shown with a field on each of its lines", () => {
    expect(drawn({ message: "<b>", a: "1\n2" })).toContain(
      "{\n  &quot;message&quot;: &quot;&lt;b&gt;&quot;,\n  &quot;a&quot;: &quot;1\\n2&quot;\n}\n</pre>",
    );
  });

  it.each([
    ["has many fields", { list: Array.from({ length: 6_000 }, () => 0) }],
    ["is long", { text: "x".repeat(1_000_000) }],
  ])("is shown in part where it %s, and says where the rest is", (_what, document) => {
    const shown = drawn(document);
    expect(shown).toContain("all of it: /api/v1/logs");
    expect(shown.length).toBeLessThan(20_000);
  });
});

describe("figures", () => {
  it.each([
    [0.0004, "0 µs"],
    [0.85, "850 µs"],
    [12.34, "12.3 ms"],
    [99.97, "100 ms"],
    [999.6, "1.00 s"],
    [1_240, "1.24 s"],
    [59_999, "1 min 0 s"],
    [200_000, "3 min 20 s"],
  ])("print %d ms as %s", (ms, text) => {
    expect(printDuration(ms)).toBe(text);
  });

  it("print rates, shares and bytes as people say them", () => {
    expect([1_234, 9.96, 0.5, 0.05, 0.001].map(printRate)).toEqual(["1,234/s", "10/s", "0.5/s", "3/min", "4/h"]);
    expect(
      [
        [0, 0],
        [1, 10_000],
        [1, 40],
        [2, 5],
      ].map(([part = 0, whole = 0]) => printShare(part, whole)),
    ).toEqual(["0 %", "<0.1 %", "2.5 %", "40 %"]);
    expect([2_048, 40 * 1024 ** 2, 1.25 * 1024 ** 3].map(printBytes)).toEqual(["2 kB", "40 MB", "1.3 GB"]);
  });
});

describe("the parameters of a search", () => {
  const of = (query: string, known: readonly string[] = logParameters) => parametersOf({ url: `/x${query}` }, known);

  it("are as if they were missing where a form sends them empty", () => {
    expect(logSearch(of("?text=&service=&level=&since=&trace_id="), 0)).toEqual({
      ...{
        fromMs: undefined,
        toMs: undefined,
        service: undefined,
        level: undefined,
        traceId: undefined,
        text: undefined,
      },
      before: undefined,
      limit: 100,
    });
    expect(logSearch(of(""), 0).limit).toBe(100);
  });

  it("read times, durations, levels and identifiers", () => {
    expect(logSearch(of(`?since=15m&level=WARN&trace_id=${"A".repeat(32)}&limit=7`), 1_000_000)).toMatchObject({
      ...{ fromMs: 100_000, level: "warn", traceId: "a".repeat(32), limit: 7 },
    });
    expect(logSearch(of("?before=1795285800123.42"), 0).before).toEqual({ timeMs: 1_795_285_800_123, seq: 42 });
    const times = of("?from=2026-11-21T18:30:00Z&to=1795285801.5");
    expect(logSearch(times, 0)).toMatchObject({ fromMs: 1_795_285_800_000, toMs: 1_795_285_801_500 });
    expect(traceSearch(of("?min_duration=1s500ms&error=false", ["min_duration", "error"]), 0)).toMatchObject({
      minDurationMs: 1_500,
      hasError: false,
    });
    expect(overviewSearch(of("", timeParameters), 3_600_000)).toEqual({ fromMs: 2_700_000, toMs: 3_600_000 });
    expect(overviewSearch(of("?since=1000000y", timeParameters), 3_600_000)).toEqual({ fromMs: 0, toMs: 3_600_000 });
  });

  it.each([
    ["?lvel=warn", "did you mean level?"],
    ["?text=a&text=b", "twice"],
    ["?from=yesterday", "a time as"],
    ["?text=%00abc", "without the character 0"],
    ["?from=2&to=1", "not after"],
    ["?before=x", "the cursor of a log line"],
    ["?limit=0", "from 1 to 1000"],
    ["?limit=1e3", "from 1 to 1000"],
    [`?text=${"x".repeat(1_001)}`, "at most 1000"],
  ])("that are wrong (%s) are told", (query, words) => {
    expect(() => logSearch(of(query), 0)).toThrow(words);
    expect(() => logSearch(of(query), 0)).toThrow(ParameterError);
  });
});
