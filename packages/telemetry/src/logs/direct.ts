import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { context } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import type { Reporter } from "../reports/reporter.ts";
import type { LogStoreSettings } from "../settings/log-store.ts";
import type { Flushed, LogSink } from "./sink.ts";

export interface DirectSettings {
  readonly store: LogStoreSettings;
  /** What may wait in memory, in bytes; what comes when it is full is dropped. */
  readonly maxMemoryBytes: number;
}

/** So often it is looked whether all has been confirmed, in milliseconds. */
const lookMs = 20;

/**
 * Hands the lines to pino-elasticsearch (https://github.com/pinojs/pino-elasticsearch), an optional peer dependency, for
 * those who want nothing on disk. It loses what it holds when the store fails or the process ends, without saying how
 * much. Therefore `buffered` is what the store has not confirmed: waiting or lost; after a failure it stays above zero.
 * Secret files are read once. Throws where the package is missing or a file cannot be read.
 */
export function openDirectSink(
  { store, maxMemoryBytes }: DirectSettings,
  reporter: Reporter,
  require = createRequire(import.meta.url),
): LogSink {
  const dropped = { buffer_full: 0, refused: 0, not_json: 0 };
  let accepted = 0;
  let delivered = 0;
  const confirm = (answer: unknown): void => {
    const items = field(field(answer, "body"), "items");
    if (!Array.isArray(items)) return;
    for (const item of items) {
      const status = field(field(item, "index") ?? field(item, "create"), "status");
      if (typeof status === "number" && status < 300) delivered += 1;
    }
    if (delivered > 0) reporter.end("log-direct", "pino-elasticsearch delivers again");
  };
  const stream = openStream(store, loadPackage(require), confirm);
  stream.on("insertError", () => {
    dropped.refused += 1;
    reporter.begin("log-direct-refused", "Elasticsearch refuses log records, and pino-elasticsearch drops them", {
      fix: "correct the field in the application or the mapping; TELEMETRY_LOG_MODE=durable keeps such records",
    });
  });
  stream.on("unknown", () => {
    dropped.not_json += 1;
  });
  stream.on("error", (error) => {
    reporter.begin("log-direct", "pino-elasticsearch has failed and loses log records", {
      "error.type": error.name,
      fix: "TELEMETRY_LOG_MODE=durable keeps them",
    });
  });
  const lost = (): number => dropped.buffer_full + dropped.refused + dropped.not_json;
  const unconfirmed = (): number => Math.max(0, accepted - delivered - lost());
  const flush = async (deadlineMs: number): Promise<Flushed> => {
    const end = performance.now() + deadlineMs;
    while (unconfirmed() > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, lookMs));
    return { delivered, buffered: unconfirmed(), deadLettered: 0 };
  };
  return {
    mode: "direct",
    write(line) {
      accepted += 1;
      if (stream.writable && stream.writableLength + line.length <= maxMemoryBytes) stream.write(line);
      else {
        dropped.buffer_full += 1;
        reporter.begin("log-direct-full", "pino-elasticsearch takes no more log records; new ones are dropped", {
          fix: "see why Elasticsearch does not take them; TELEMETRY_LOG_MODE=durable keeps them on disk",
        });
      }
    },
    flush,
    async close(deadlineMs) {
      if (stream.writable) stream.end();
      return flush(deadlineMs);
    },
    counts: () => ({
      accepted,
      synced: 0,
      delivered,
      redirected: 0,
      deadLettered: 0,
      dropped: { ...dropped },
      buffered: unconfirmed(),
    }),
  };
}

/** The stream of pino-elasticsearch, with a client whose answers are listened to: the package itself tells no successes. */
function openStream(
  store: LogStoreSettings,
  { open, Client }: PinoElasticsearch,
  confirm: (answer: unknown) => void,
): Writable {
  class ListeningClient extends Client {
    constructor(options: unknown) {
      super(options);
      const diagnostic = field(this, "diagnostic");
      const on = field(diagnostic, "on");
      if (typeof on === "function")
        on.call(diagnostic, "response", (_error: unknown, answer: unknown) => confirm(answer));
    }
  }
  const { urls, dataStream, username, passwordFile, apiKeyFile, caFile } = store;
  const read = (file: string): string => readFileSync(file, "utf8").trim();
  const auth =
    apiKeyFile !== undefined
      ? { apiKey: read(apiKeyFile) }
      : passwordFile !== undefined
        ? { username: username ?? "", password: read(passwordFile) }
        : undefined;
  const options = {
    node: urls,
    auth,
    tls: caFile === undefined ? undefined : { ca: read(caFile) },
    index: dataStream,
    opType: "create",
    esVersion: 8,
    // The package's own defaults, 1,000 bytes and 30 s, deliver a hundredth of what it can.
    flushBytes: 1_000_000,
    flushInterval: 1_000,
  };
  // Otherwise each delivery of log records would be a trace of its own.
  const stream: unknown = context.with(suppressTracing(context.active()), () =>
    open(options, { Client: ListeningClient }),
  );
  if (!(stream instanceof Writable))
    throw new Error("this version of pino-elasticsearch is not known; fix: install 9.x");
  return stream;
}

type Open = (options: object, parts: object) => unknown;
type ClientClass = new (options: unknown) => object;

interface PinoElasticsearch {
  readonly open: Open;
  readonly Client: ClientClass;
}

function loadPackage(require: NodeJS.Require): PinoElasticsearch {
  let path: string;
  try {
    path = require.resolve("pino-elasticsearch");
  } catch {
    throw new Error(
      "TELEMETRY_LOG_MODE direct needs the package pino-elasticsearch, which is not installed; fix: npm install pino-elasticsearch, or choose the mode durable, which needs nothing",
    );
  }
  const open: unknown = require(path);
  const Client: unknown = field(createRequire(path)("@elastic/elasticsearch"), "Client");
  if (!isOpen(open) || !isClass(Client))
    throw new Error("this version of pino-elasticsearch is not known; fix: install 9.x");
  return { open, Client };
}

function isOpen(value: unknown): value is Open {
  return typeof value === "function";
}

function isClass(value: unknown): value is ClientClass {
  return typeof value === "function";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
