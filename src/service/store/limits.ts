/** Bounds of one store. Bytes are of the folder, or of memory where there is none. */
export interface StoreLimits {
  readonly maxBytes: number;
  /** Since a record came in, whatever time it tells. */
  readonly maxAgeMs: number;
  /** Of log lines, and of spans. */
  readonly maxRecords: number;
}

const mebibyte = 1024 * 1024;

/** In a folder. */
export const defaultLimits: StoreLimits = {
  maxBytes: 512 * mebibyte,
  maxAgeMs: 7 * 86_400_000,
  maxRecords: 2_000_000,
};

/** In memory it gets less unless more is asked for. */
export const defaultMemoryBytes = 64 * mebibyte;

/** Below this nothing useful fits: the files that SQLite keeps beside the database have to fit in as well. */
export const leastBytes = 16 * mebibyte;

/** What one request may be. */
export const requestLimits = {
  /** On the wire. */
  bodyBytes: 8 * mebibyte,
  /** After it was unpacked. */
  unpackedBytes: 16 * mebibyte,
  spans: 20_000,
  items: 50_000,
  /** One log line; longer ones are refused. */
  documentBytes: mebibyte,
} as const;

/** Work that waits: beyond it senders are told to come again. */
export const queueLimits = {
  requests: 64,
  bytes: 64 * mebibyte,
  searches: 16,
} as const;

/** Seconds after which a sender that was refused may try again. */
export const retryAfterS = { overloaded: 1, unavailable: 5 } as const;

/** Spans of one trace; a trace identifier that is used for ever would otherwise grow for ever. */
export const maxSpansPerTrace = 10_000;

/** Data streams that may begin to exist. */
export const maxStreams = 1_000;
