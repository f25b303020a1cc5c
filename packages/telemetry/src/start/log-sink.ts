import { join } from "node:path";
import { openDurableSink, openFastSink } from "../logs/buffer/index.ts";
import type { DeliveryOptions } from "../logs/delivery/options.ts";
import { openDirectSink } from "../logs/direct.ts";
import { openFileSink } from "../logs/file/file-sink.ts";
import { makeDirectory } from "../logs/make-directory.ts";
import type { LogSink } from "../logs/sink.ts";
import type { Reporter } from "../reports/reporter.ts";
import type { LogSettings } from "../settings/logs.ts";

/** What takes log lines beside stdout; undefined where nothing does. Never throws: what cannot be opened is reported. */
export function openLogSink(settings: LogSettings, reporter: Reporter): LogSink | undefined {
  try {
    return open(settings, reporter);
  } catch (error) {
    reporter.begin("log-sink", "log records go to stdout only", {
      "telemetry.log.mode": settings.mode,
      "error.message": error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}

function open({ mode, buffer, store, file }: LogSettings, reporter: Reporter): LogSink | undefined {
  switch (mode) {
    case "durable":
    case "fast": {
      const delivery: DeliveryOptions = { ...store, deadLetterFile: join(buffer.directory, "dead-letters.ndjson") };
      makeFolder(buffer.directory);
      return mode === "durable"
        ? openDurableSink(buffer, { delivery, reporter })
        : openFastSink(buffer, { delivery, reporter });
    }
    case "direct":
      return openDirectSink({ store, maxMemoryBytes: buffer.maxMemoryBytes }, reporter);
    case "file":
      return openFileSink(file, reporter);
    case "stdout":
      return undefined;
  }
}

/** Where it cannot be made, the sink says so and keeps lines in memory. */
function makeFolder(path: string): void {
  try {
    makeDirectory(path, 0o750);
  } catch {
    // Opening the sink meets the same error, and reports it.
  }
}
