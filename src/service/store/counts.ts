import type { EvictReason, RejectReason, Signal, StoreState, Taken } from "./protocol.ts";

/** Why a whole request was refused. */
export const refusedReasons = ["overloaded", "too_large", "unavailable", "unreadable"] as const;
export type RefusedReason = (typeof refusedReasons)[number];

/** What the store has done since the service started, and how it is. */
export interface StoreCounts {
  readonly state: () => StoreState;
  readonly setState: (state: StoreState) => void;
  readonly took: (signal: Signal, taken: Taken) => void;
  readonly evicted: (signal: Signal, reason: EvictReason, records: number) => void;
  readonly refused: (signal: Signal, reason: RefusedReason) => void;
  readonly ingestedTotal: (signal: Signal) => number;
  readonly rejectedTotal: (signal: Signal, reason: RejectReason) => number;
  readonly evictedTotal: (signal: Signal, reason: EvictReason) => number;
  readonly refusedTotal: (signal: Signal, reason: RefusedReason) => number;
}

export function createCounts(): StoreCounts {
  let state: StoreState = { records: { logs: 0, spans: 0 }, traces: 0, bytes: 0, failure: undefined };
  const totals = new Map<string, number>();
  const add = (key: string, count: number): unknown => totals.set(key, (totals.get(key) ?? 0) + count);
  const of = (key: string): number => totals.get(key) ?? 0;
  return {
    state: () => state,
    setState: (next) => {
      state = next;
    },
    took: (signal, { ingested, rejected }) => {
      add(`ingested ${signal}`, ingested);
      for (const [reason, count] of Object.entries(rejected)) add(`rejected ${signal} ${reason}`, count);
    },
    evicted: (signal, reason, records) => add(`evicted ${signal} ${reason}`, records),
    refused: (signal, reason) => add(`refused ${signal} ${reason}`, 1),
    ingestedTotal: (signal) => of(`ingested ${signal}`),
    rejectedTotal: (signal, reason) => of(`rejected ${signal} ${reason}`),
    evictedTotal: (signal, reason) => of(`evicted ${signal} ${reason}`),
    refusedTotal: (signal, reason) => of(`refused ${signal} ${reason}`),
  };
}
