import type { StoreLimits } from "./limits.ts";
import type { LogLine, LogSearch } from "./search/logs.ts";
import type { Overview, OverviewSearch } from "./search/overview.ts";
import type { ServiceSummary } from "./search/services.ts";
import type { TraceView } from "./search/trace.ts";
import type { TraceSearch, TraceSummary } from "./search/traces.ts";

/** What is kept. */
export const signals = ["logs", "spans"] as const;
export type Signal = (typeof signals)[number];

/** Why a record was not kept though its request was read. */
export const rejectReasons = ["duplicate", "invalid", "too_large", "too_many"] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** Why records were thrown away. */
export const evictReasons = ["age", "bytes", "records"] as const;
export type EvictReason = (typeof evictReasons)[number];

/** A request as it came in. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly isZipped: boolean;
}

/** An answer to whoever sent records, and what became of them. */
export interface Taken {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly ingested: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
}

/** What can be asked of the threads, with what it takes and gives. Whatever goes over is structured-clonable. */
export interface Operations {
  readonly takeTraces: { readonly input: Body & { readonly format: "json" | "protobuf" }; readonly output: Taken };
  readonly takeBulk: { readonly input: Body & { readonly stream: string | undefined }; readonly output: Taken };
  readonly count: { readonly input: { readonly stream: string | undefined }; readonly output: number };
  readonly services: { readonly input: undefined; readonly output: readonly ServiceSummary[] };
  readonly traces: { readonly input: TraceSearch; readonly output: readonly TraceSummary[] };
  readonly trace: { readonly input: { readonly id: string }; readonly output: TraceView | undefined };
  readonly logs: { readonly input: LogSearch; readonly output: readonly LogLine[] };
  readonly overview: { readonly input: OverviewSearch; readonly output: Overview };
  /** Throws away what is too old, and tells how the store is. */
  readonly tidy: { readonly input: undefined; readonly output: undefined };
  /** Reads the whole database, and moves it aside where it is damaged. */
  readonly verify: { readonly input: undefined; readonly output: unknown };
  /** Closes the database; nothing can be asked afterwards. */
  readonly close: { readonly input: undefined; readonly output: undefined };
}

export type Operation = keyof Operations;

/** How the store is; told after every write. */
export interface StoreState {
  readonly records: Readonly<Record<Signal, number>>;
  readonly traces: number;
  /** Of the database without what is free in it. */
  readonly bytes: number;
  /** Why nothing can be written now; undefined while it can. */
  readonly failure: string | undefined;
}

/** What a thread says on its own account. */
export type Told =
  | { readonly type: "state"; readonly state: StoreState }
  | { readonly type: "evicted"; readonly signal: Signal; readonly reason: EvictReason; readonly records: number }
  | { readonly type: "suspected" }
  | { readonly type: "moved-aside"; readonly file: string; readonly reason: string };

/** What a thread answers. `refused` is the sender's doing, `unavailable` the machine's, `failed` ours. */
export type Answered = { readonly id: number } & (
  | { readonly type: "result"; readonly result: never }
  | { readonly type: "refused"; readonly status: 400 | 413; readonly message: string }
  | { readonly type: "unavailable"; readonly message: string }
  | { readonly type: "failed"; readonly message: string; readonly stack: string | undefined }
);

/** What a thread is started with. */
export interface ThreadSetting {
  /** The database; undefined in memory. */
  readonly file: string | undefined;
  readonly role: "reader" | "writer";
  readonly limits: StoreLimits;
}
