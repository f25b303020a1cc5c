import { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Outcome, SpanSender } from "./span-sender.ts";

/** An exporter of OpenTelemetry's as a sender: what it says about a failure decides whether spans are sent again. */
export function createExporterSender(target: string, exporter: SpanExporter): SpanSender {
  return {
    target,
    prepare: (spans) => (signal) =>
      new Promise<Outcome>((resolve) => {
        const give = (): void => resolve({ kind: "again", why: "timeout" });
        signal.addEventListener("abort", give, { once: true });
        exporter.export([...spans], ({ code, error }) => {
          signal.removeEventListener("abort", give);
          resolve(code === ExportResultCode.SUCCESS ? { kind: "accepted", rejected: 0 } : judge(error));
        });
      }),
    close: () => exporter.shutdown(),
  };
}

/** https://opentelemetry.io/docs/specs/otlp/#failures: cancelled, deadline, exhausted, aborted, out of range, unavailable, data loss. */
const passing: ReadonlySet<unknown> = new Set([1, 4, 8, 10, 11, 14, 15, 429, 502, 503, 504]);

function judge(error: Error | undefined): Outcome {
  const code = error !== undefined && "code" in error ? error.code : undefined;
  const why = code === undefined ? (error?.name ?? "failed") : String(code);
  // Names, not numbers, are Node's: the network failed.
  return passing.has(code) || typeof code === "string" ? { kind: "again", why } : { kind: "refused", why };
}
