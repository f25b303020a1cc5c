import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Delivery, LogBatch, Settled } from "../../../packages/telemetry/src/logs/batch.ts";
import { createDelivery } from "../../../packages/telemetry/src/logs/delivery/delivery.ts";
import type { DeliveryOptions } from "../../../packages/telemetry/src/logs/delivery/options.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";
import { type FaultyStore, startFaultyStore } from "./faulty-store.ts";

/** Lines as the buffer gives them: one after the other, each ended by a newline. */
export function batchOf(lines: readonly string[], { buffer = "test", first = 0 } = {}): LogBatch {
  const starts = new Uint32Array(lines.length);
  const ends = new Uint32Array(lines.length);
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  let at = 0;
  lines.forEach((line, index) => {
    starts[index] = at;
    ends[index] = at + Buffer.byteLength(line);
    at = (ends[index] ?? 0) + 1;
  });
  return { buffer, sequences: Float64Array.from(lines, (_, index) => first + index), bytes, starts, ends };
}

export function linesOf(count: number, padding = 0): readonly string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({ message: `line ${n}`, padding: "x".repeat(padding) }),
  );
}

export interface Report {
  readonly message: string;
  readonly "log.level": string;
  readonly [field: string]: unknown;
}

/** A delivery to a store of its own, with short pauses. */
export interface Workshop {
  readonly store: FaultyStore;
  readonly folder: string;
  readonly reports: Report[];
  readonly deliver: (options?: Partial<DeliveryOptions>) => Delivery;
  /** Sends, and gives the fate of each record; fails where one is settled twice. */
  readonly send: (
    delivery: Delivery,
    batch: LogBatch,
    signal?: AbortSignal,
  ) => Promise<readonly (Settled | undefined)[]>;
  readonly deadLetters: () => readonly DeadLetterLine[];
}

export interface DeadLetterLine {
  readonly time: string;
  readonly index: string;
  readonly id: string;
  readonly attempts: number;
  readonly error: { readonly status: number; readonly type: string; readonly reason: string };
  readonly line: string;
}

export const shortPauses = {
  firstPauseMs: 5,
  maxPauseMs: 20,
  refusedPauseMs: 30,
  connectTimeoutMs: 1_000,
  requestTimeoutMs: 5_000,
};

export async function openWorkshop(): Promise<Workshop> {
  const store = await startFaultyStore();
  const folder = mkdtempSync(join(tmpdir(), "delivery-test-"));
  const reports: Report[] = [];
  const reporter = createReporter((line) => reports.push(JSON.parse(line)));
  const deadLetterFile = join(folder, "dead.ndjson");
  const deliveries: Delivery[] = [];
  onTestFinished(async () => {
    for (const delivery of deliveries) await delivery.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    store,
    folder,
    reports,
    deliver({ limits, ...options } = {}) {
      const delivery = createDelivery(
        {
          urls: [store.url],
          dataStream: "logs-a.b-test",
          deadLetterFile,
          limits: { ...shortPauses, ...limits },
          ...options,
        },
        reporter,
      );
      deliveries.push(delivery);
      return delivery;
    },
    async send(delivery, batch, signal = new AbortController().signal) {
      const fates: (Settled | undefined)[] = Array.from({ length: batch.sequences.length }, () => undefined);
      const settle = (index: number, fate: Settled): void => {
        if (fates[index] !== undefined) throw new Error(`record ${index} is settled twice`);
        fates[index] = fate;
      };
      await delivery.send(batch, settle, signal);
      return fates;
    },
    deadLetters: () =>
      readFileSync(deadLetterFile, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}
