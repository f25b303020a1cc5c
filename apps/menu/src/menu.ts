import { setTimeout as sleep } from "node:timers/promises";
import type { Counter } from "@stackwright/telemetry";
import type { z } from "zod";
import type { Cache } from "./cache.ts";
import { type Dish, dishSchema, type Page, pageSchema } from "./dish.ts";
import type { Dishes } from "./dishes.ts";

/** Dishes as callers see them: from the cache where it has them, else from the table. */
export interface Menu {
  list(query: Parameters<Dishes["list"]>[0]): Promise<Page>;
  /** Those that exist, in the order of the ids. */
  some(ids: readonly number[]): Promise<Dish[]>;
}

interface MenuOptions {
  readonly dishes: Dishes;
  readonly cache: Cache;
  /** Label `result`: hit, miss or error. */
  readonly lookups: Counter;
  readonly queryDelayMs: () => number;
}

const ttlMs = 30_000;

export function createMenu({ dishes, cache, lookups, queryDelayMs }: MenuOptions): Menu {
  const lookup = {
    hit: lookups.bind({ result: "hit" }),
    miss: lookups.bind({ result: "miss" }),
    error: lookups.bind({ result: "error" }),
  };

  async function cached<Shape extends z.ZodType>(key: string, shape: Shape, load: () => z.output<Shape> | undefined) {
    try {
      const text = await cache.get(key);
      // What another version of this service left there may look different: then it is a miss.
      const found = text === undefined ? undefined : shape.safeParse(JSON.parse(text));
      if (found?.success === true) {
        lookup.hit.inc();
        return found.data;
      }
      lookup.miss.inc();
    } catch {
      lookup.error.inc();
    }
    const delay = queryDelayMs();
    if (delay > 0) await sleep(delay);
    const value = load();
    // Spread, so that entries of the same moment do not all expire in the same moment. Nobody waits for it.
    if (value !== undefined)
      cache
        .set(key, JSON.stringify(value), Math.round(ttlMs * (0.8 + Math.random() * 0.4)))
        .catch(() => lookup.error.inc());
    return value;
  }

  return {
    async list(query) {
      const { category = "", limit, after } = query;
      const page = await cached(`page:${category}:${limit}:${after}`, pageSchema, () => {
        const found = dishes.list({ ...query, limit: limit + 1 });
        const next = found[limit - 1]?.id;
        return found.length > limit && next !== undefined ? { dishes: found.slice(0, limit), next } : { dishes: found };
      });
      return page ?? { dishes: [] };
    },
    async some(ids) {
      const found = await Promise.all(ids.map((id) => cached(`dish:${id}`, dishSchema, () => dishes.find(id))));
      return found.filter((dish) => dish !== undefined);
    },
  };
}
