import type { ReportFields } from "../../reports/reporter.ts";
import type { BufferSettings } from "../../settings/logs.ts";
import type { DeliveryOptions } from "../delivery/options.ts";
import type { Chunk } from "./chunk-appender.ts";
import type { Home } from "./homes.ts";
import type { WorkerCounts } from "./shared-counts.ts";

/** What a worker is started with. */
export interface WorkerStart {
  readonly kind: "durable" | "fast";
  readonly memory: SharedArrayBuffer;
  readonly settings: BufferSettings;
  readonly delivery: DeliveryOptions;
  /** Identity of what is sent; the folder of `durable`. */
  readonly home: Home;
  /** Homes that a worker before this one has taken over. */
  readonly adopted: readonly Home[];
  /** The counts of a worker before this one, which died. */
  readonly before: WorkerCounts | undefined;
}

export type ToWorker =
  /** Something has been appended while it slept. */
  | { readonly kind: "wake" }
  | { readonly kind: "chunk"; readonly chunk: Chunk }
  /** Few lines do not wait for more until that moment. */
  | { readonly kind: "hurry"; readonly untilMs: number }
  /** Ends the worker; nothing is appended any more. */
  | { readonly kind: "close" };

export type FromWorker =
  | { readonly kind: "begin" | "end"; readonly key: string; readonly message: string; readonly fields: ReportFields }
  | { readonly kind: "adopted"; readonly homes: readonly Home[] }
  | { readonly kind: "closed" };

/** Both ends are this package: the kind tells all. */
export function isToWorker(message: unknown): message is ToWorker {
  return hasKind(message, ["wake", "chunk", "hurry", "close"]);
}

export function isFromWorker(message: unknown): message is FromWorker {
  return hasKind(message, ["begin", "end", "adopted", "closed"]);
}

export function isWorkerStart(data: unknown): data is WorkerStart {
  return hasKind(data, ["durable", "fast"]);
}

function hasKind(value: unknown, kinds: readonly string[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    kinds.includes(value.kind)
  );
}
