import { createFaults } from "@stackwright/sample-faults";
import { createHealth, listening, readSettings, serve } from "@stackwright/sample-service";
import { meter } from "@stackwright/telemetry";
import { pino } from "pino";
import { z } from "zod";
import { createApp } from "./app.ts";
import { createMemoryCache } from "./cache.ts";
import { openDishes } from "./dishes.ts";
import { createMenu } from "./menu.ts";
import { openRedisCache } from "./redis-cache.ts";

const settings = readSettings({
  ...listening(3001),
  /** SQLite file with the dishes; it is made and filled where it is missing. */
  MENU_FILE: z.string().default(":memory:"),
  /** Without it the cache is this process's own. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be like redis://127.0.0.1:6379" }).optional(),
});

const log = pino();
const faults = createFaults({ log });
const dishes = openDishes(settings.MENU_FILE);
const redis = settings.REDIS_URL === undefined ? undefined : openRedisCache(settings.REDIS_URL, log);
const menu = createMenu({
  dishes,
  cache: redis ?? createMemoryCache({ maxEntries: 1000 }),
  lookups: meter.counter({
    name: "menu_cache_lookups_total",
    help: "Lookups in the cache of dishes, by what came of them.",
    labels: ["result"],
  }),
  queryDelayMs: faults.queryDelayMs,
});
const health = createHealth([
  { name: "dishes", required: true, run: async () => dishes.categories() },
  // Slower without, but of use.
  ...(redis === undefined ? [] : [{ name: "redis", required: false, run: () => redis.ping() }]),
]);

await serve({
  app: createApp({ menu, health, faults, log }),
  health,
  log,
  settings,
  async close() {
    await redis?.close();
    dishes.close();
  },
});
