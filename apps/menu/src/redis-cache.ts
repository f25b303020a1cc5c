import type { Logger } from "pino";
import { createClient } from "redis";
import type { Cache } from "./cache.ts";

export interface RedisCache extends Cache {
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/** A cache that is slower than the database is none: rather fail than wait. */
const patienceMs = 100;
/** After it has let us wait once, Redis is left alone for this time. */
const restMs = 1000;

/**
 * A cache that all instances share. While Redis is away every operation fails at once, and while it hangs one of them
 * waits a tenth of a second now and then. The client connects again by itself.
 */
export function openRedisCache(url: string, log: Logger): RedisCache {
  const client = createClient({
    url,
    keyPrefix: "menu:",
    disableOfflineQueue: true,
    commandsQueueMaxLength: 1000,
    socket: { connectTimeout: 1000, reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, 3000) },
  });
  let away = false;
  // One line for each outage, not one for each attempt. Without a listener an error would end the process.
  client.on("error", (error: unknown) => {
    if (!away) log.warn({ err: error }, "redis is away, going on without it");
    away = true;
  });
  client.on("ready", () => {
    if (away) log.info("redis is back");
    away = false;
  });
  client.connect().catch(() => undefined);

  let restUntil = 0;
  /** The client's own `timeout` ends with the sending; it waits for an answer without limit. */
  async function inTime<Result>(command: () => Promise<Result>): Promise<Result> {
    if (performance.now() < restUntil) throw new Error("redis did not answer in time a moment ago");
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      restUntil = performance.now() + restMs;
      late.reject(new Error(`redis did not answer within ${patienceMs} ms`));
    }, patienceMs);
    try {
      return await Promise.race([command(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get: async (key) => (await inTime(() => client.get(key))) ?? undefined,
    async set(key, value, ttlMs) {
      await inTime(() => client.set(key, value, { expiration: { type: "PX", value: ttlMs } }));
    },
    ping: () => client.ping(),
    async close() {
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}
