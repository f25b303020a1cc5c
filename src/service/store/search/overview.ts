import type { Database } from "../database/open.ts";
import { numberAt, optionalTextAt, type Row, textAt } from "./rows.ts";

/** Of which time. */
export interface OverviewSearch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the spans of some time tell together. */
export interface Overview {
  readonly from_ms: number;
  readonly to_ms: number;
  /** Spans that were looked at; `is_cut` where there were more, and the older ones were left out. */
  readonly spans: number;
  readonly is_cut: boolean;
  /** Who calls whom, by caller and callee. */
  readonly edges: readonly Edge[];
  /** Kinds of work by their slowest span, the slowest first. */
  readonly operations: readonly Operation[];
}

/** Times in milliseconds, as nearest ranks. */
export interface Figures {
  readonly count: number;
  readonly errors: number;
  readonly per_second: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
}

export interface Edge extends Figures {
  readonly from: string;
  readonly to: string;
  /** `service`: it told of the call itself. `peer`: only the caller did: a database, a cache, somebody else's service. */
  readonly to_is: "service" | "peer";
}

export interface Operation extends Figures {
  readonly service: string;
  readonly name: string;
  readonly slowest_trace_id: string;
}

const maxSpans = 100_000;
const maxOperations = 200;
const maxEdges = 500;
const server = 2;
const client = 3;
const producer = 4;
const consumer = 5;

/** Looks once at the spans of that time, the newest first. */
export function overviewOf({ statement }: Database, { fromMs, toMs }: OverviewSearch): Overview {
  const rows = statement(
    `SELECT trace, id, parent, service, name, kind, start_us, duration_us, error, peer FROM spans
     WHERE start_us >= ? AND start_us < ? ORDER BY start_us DESC LIMIT ?`,
  ).all(fromMs * 1_000, toMs * 1_000, maxSpans + 1);
  const spans = rows.slice(0, maxSpans).map(briefOf);
  // A store that has known traffic for a minute must not spread it over the whole time that was asked for.
  const first = spans.at(-1)?.startUs ?? fromMs * 1_000;
  const seconds = Math.max(1, toMs / 1_000 - first / 1_000_000);
  return {
    ...{ from_ms: fromMs, to_ms: toMs, spans: spans.length, is_cut: rows.length > maxSpans },
    edges: [...edgesOf(spans).values()]
      .toSorted((a, b) => b.durations.length - a.durations.length)
      .slice(0, maxEdges)
      .map(({ from, to, to_is, ...all }) => ({ from, to, to_is, ...figuresOf(all, seconds) }))
      .toSorted((a, b) => order(a.from, b.from) || order(a.to, b.to)),
    operations: [...operationsOf(spans).values()]
      .toSorted((a, b) => b.slowestUs - a.slowestUs)
      .slice(0, maxOperations)
      .map(({ service, name, slowest, ...all }) => {
        const trace = statement("SELECT id FROM traces WHERE seq = ?").get(slowest);
        const slowest_trace_id = trace === undefined ? "" : textAt(trace, "id");
        return { service, name, slowest_trace_id, ...figuresOf(all, seconds) };
      }),
  };
}

interface Brief {
  /** `seq` of its trace. */
  readonly trace: number;
  /** Of itself and of its parent among all spans. */
  readonly key: string;
  readonly parentKey: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly startUs: number;
  readonly us: number;
  readonly isError: boolean;
  readonly peer: string | undefined;
}

function briefOf(row: Row): Brief {
  const trace = numberAt(row, "trace");
  const parent = optionalTextAt(row, "parent");
  return {
    trace,
    key: `${trace}/${textAt(row, "id")}`,
    parentKey: parent === undefined ? undefined : `${trace}/${parent}`,
    ...{ service: textAt(row, "service"), name: textAt(row, "name"), kind: numberAt(row, "kind") },
    ...{ startUs: numberAt(row, "start_us"), us: numberAt(row, "duration_us"), isError: row["error"] === 1 },
    peer: optionalTextAt(row, "peer"),
  };
}

/**
 * Calls, by the span of whoever answers and its parent; where only the caller told of a call, by what it calls. Where
 * other calls of the same address were answered by one service, it is that service: its own span has not arrived yet, or
 * it did not answer at all.
 */
function edgesOf(spans: readonly Brief[]): ReadonlyMap<string, Gathered & Pick<Edge, "from" | "to" | "to_is">> {
  const edges = new Map<string, Gathered & Pick<Edge, "from" | "to" | "to_is">>();
  const byKey = new Map(spans.map((span) => [span.key, span]));
  const answered = new Set<string>();
  const answering = new Map<string, string | undefined>();
  for (const span of spans) {
    if (!isAnswer(span) || span.parentKey === undefined) continue;
    const caller = byKey.get(span.parentKey);
    if (caller === undefined) continue;
    answered.add(caller.key);
    if (isCall(caller) && caller.peer !== undefined) {
      const other = answering.get(caller.peer);
      // Behind a balancer's address stand several services, and nobody knows which one it was.
      const isOne = !answering.has(caller.peer) || other === span.service;
      answering.set(caller.peer, isOne ? span.service : undefined);
    }
    if (caller.service === span.service) continue;
    const about = { from: caller.service, to: span.service, to_is: "service" } as const;
    // What the caller has waited, network and queues included, where its span is one of a call.
    const us = isCall(caller) ? caller.us : span.us;
    const isError = span.isError || (isCall(caller) && caller.isError);
    gather(edges, JSON.stringify(about), about, { ...span, us, isError });
  }
  for (const span of spans) {
    if (!isCall(span) || span.peer === undefined || answered.has(span.key)) continue;
    const known = answering.get(span.peer);
    if (known === span.service) continue;
    const about =
      known === undefined
        ? ({ from: span.service, to: span.peer, to_is: "peer" } as const)
        : ({ from: span.service, to: known, to_is: "service" } as const);
    gather(edges, JSON.stringify(about), about, span);
  }
  return edges;
}

function operationsOf(spans: readonly Brief[]): ReadonlyMap<string, Gathered & Pick<Operation, "service" | "name">> {
  const operations = new Map<string, Gathered & Pick<Operation, "service" | "name">>();
  for (const span of spans) {
    const { service, name } = span;
    gather(operations, JSON.stringify([service, name]), { service, name }, span);
  }
  return operations;
}

function isAnswer({ kind }: Brief): boolean {
  return kind === server || kind === consumer;
}

function isCall({ kind }: Brief): boolean {
  return kind === client || kind === producer;
}

interface Gathered {
  readonly durations: number[];
  errors: number;
  slowestUs: number;
  /** `seq` of its trace. */
  slowest: number;
}

function gather<Key extends object>(
  groups: Map<string, Gathered & Key>,
  key: string,
  about: Key,
  { us, isError, trace }: Pick<Brief, "us" | "isError" | "trace">,
): void {
  let group = groups.get(key);
  if (group === undefined) {
    group = { ...about, durations: [], errors: 0, slowestUs: -1, slowest: 0 };
    groups.set(key, group);
  }
  group.durations.push(us);
  if (isError) group.errors++;
  if (us > group.slowestUs) {
    group.slowestUs = us;
    group.slowest = trace;
  }
}

function figuresOf({ durations, errors }: Pick<Gathered, "durations" | "errors">, seconds: number): Figures {
  const sorted = Float64Array.from(durations).sort();
  const rank = (part: number): number => (sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0) / 1_000;
  return {
    ...{ count: sorted.length, errors, per_second: sorted.length / seconds },
    ...{ p50_ms: rank(0.5), p95_ms: rank(0.95), max_ms: rank(1) },
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
