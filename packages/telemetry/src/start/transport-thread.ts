import { workerData } from "node:worker_threads";

/**
 * Whether this thread is one that pino writes through (`transport`). It inherits the preload, and only carries lines of
 * the application on: telemetry in it would open a second buffer, and trace each request that brings lines to a store.
 */
export function isTransportThread(data: unknown = workerData): boolean {
  // https://github.com/pinojs/thread-stream says so to its threads.
  return fieldOf(fieldOf(fieldOf(data, "workerData"), "$context"), "threadStreamVersion") !== undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
