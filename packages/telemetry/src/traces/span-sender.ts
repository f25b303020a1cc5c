import type { ReadableSpan } from "@opentelemetry/sdk-trace";

/** Takes spans to one receiver. */
export interface SpanSender {
  /** Receiver as it may be shown: never with credentials or a path that may be secret. */
  readonly target: string;
  /** Encodes spans once for all attempts; throws what the encoder throws. */
  prepare(spans: readonly ReadableSpan[]): Attempt;
  /** Releases sockets. */
  close(): Promise<void>;
}

/** Sends once; ends early when the signal aborts. Never rejects. */
export type Attempt = (signal: AbortSignal) => Promise<Outcome>;

/** What became of one request with spans. */
export type Outcome =
  /** The receiver took them but for `rejected`. */
  | { readonly kind: "accepted"; readonly rejected: number }
  /** Try again, not before `afterMs` if the receiver said so. */
  | { readonly kind: "again"; readonly why: string; readonly afterMs?: number }
  /** Too much at once. */
  | { readonly kind: "too_large" }
  /** Never try again. */
  | { readonly kind: "refused"; readonly why: string };
