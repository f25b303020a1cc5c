import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createFaults } from "../../apps/faults/src/index.ts";
import { createApp } from "../../apps/menu/src/app.ts";
import { type Cache, createMemoryCache } from "../../apps/menu/src/cache.ts";
import { openDishes } from "../../apps/menu/src/dishes.ts";
import { createMenu } from "../../apps/menu/src/menu.ts";
import { createHealth } from "../../apps/service/src/index.ts";
import { measured } from "./measured.ts";
import { ask, listen, readLog, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

async function start(cache: Cache = createMemoryCache({ maxEntries: 100 })) {
  const { log } = readLog();
  const { meter, value } = measured();
  const faults = createFaults({ log });
  const lookups = meter.counter({ name: "menu_cache_lookups_total", help: "Lookups.", labels: ["result"] });
  const menu = createMenu({ dishes: openDishes(":memory:"), cache, lookups, queryDelayMs: faults.queryDelayMs });
  serving = await listen(createApp({ menu, health: createHealth([]), faults, log }));
  return { url: serving.url, lookups: (result: string) => value("menu_cache_lookups_total", `result="${result}"`) };
}

describe("the menu", () => {
  it("is read page by page, without a dish twice or left out", async () => {
    const { url } = await start();
    const seen: unknown[] = [];
    let after = "0";
    for (let pages = 0; pages < 10; pages += 1) {
      const { body } = await ask(`${url}/dishes?limit=7&after=${after}`);
      if (typeof body !== "object" || body === null || !("dishes" in body) || !Array.isArray(body.dishes)) break;
      seen.push(...body.dishes.map(({ id }) => id));
      if (!("next" in body)) break;
      after = String(body.next);
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it("has no next page where a page ends with the last dish", async () => {
    const { url } = await start();
    const { body } = await ask(`${url}/dishes?category=hot&limit=5`);
    expect(body).toMatchObject({ dishes: [{ category: "hot" }, {}, {}, {}, {}] });
    expect(body).not.toHaveProperty("next");
  });

  it("gives the dishes that exist for a list of ids", async () => {
    const { url } = await start();
    expect(await ask(`${url}/dishes?ids=2,99,1`)).toMatchObject({
      status: 200,
      body: { dishes: [{ id: 2 }, { id: 1 }] },
    });
    expect((await ask(`${url}/dishes/99`)).status).toBe(404);
  });

  it.each([
    "/dishes?limit=51",
    "/dishes?limit=0",
    "/dishes?after=-1",
    "/dishes?ids=1,x",
    "/dishes?ids=",
    "/dishes/1e3",
  ])("refuses %s", async (path) => {
    const { url } = await start();
    expect((await ask(url + path)).status).toBe(400);
  });

  it("asks the database once for what is in the cache", async () => {
    const { url, lookups } = await start();
    const first = await ask(`${url}/dishes/3`);
    expect(await ask(`${url}/dishes/3`)).toEqual(first);
    expect([lookups("miss"), lookups("hit"), lookups("error")]).toEqual([1, 1, 0]);
  });

  it("does not keep in the cache that a dish is missing", async () => {
    const { url, lookups } = await start();
    await ask(`${url}/dishes/99`);
    await ask(`${url}/dishes/99`);
    expect([lookups("miss"), lookups("hit")]).toEqual([2, 0]);
  });

  it("goes on with the database when the cache fails, and counts that", async () => {
    const fails = async (): Promise<never> => {
      throw new Error("away");
    };
    const { url, lookups } = await start({ get: fails, set: fails });
    expect((await ask(`${url}/dishes/3`)).status).toBe(200);
    // Neither read nor written.
    expect(lookups("error")).toBe(2);
  });

  it("takes what it does not understand in the cache for missing", async () => {
    const { url, lookups } = await start({ get: async () => '{"id":"old"}', set: async () => undefined });
    expect((await ask(`${url}/dishes/3`)).body).toMatchObject({ id: 3 });
    expect(lookups("miss")).toBe(1);
  });

  it("finds its dishes again in a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "menu-test-"));
    try {
      const file = join(folder, "menu.db");
      const first = openDishes(file);
      first.close();
      const second = openDishes(file);
      expect(second.list({ limit: 50, after: 0 })).toHaveLength(30);
      second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the cache in memory", () => {
  it("forgets after its time", async () => {
    let now = 0;
    const cache = createMemoryCache({ maxEntries: 10, now: () => now });
    await cache.set("a", "1", 100);
    now = 99;
    expect(await cache.get("a")).toBe("1");
    now = 100;
    expect(await cache.get("a")).toBeUndefined();
  });

  it("never holds more than its limit; the oldest goes", async () => {
    const cache = createMemoryCache({ maxEntries: 3 });
    for (const key of ["a", "b", "c", "a", "d"]) await cache.set(key, key, 1000);
    const kept = await Promise.all(["a", "b", "c", "d"].map((key) => cache.get(key)));
    expect(kept.filter((value) => value !== undefined)).toHaveLength(3);
    expect(kept).toEqual(["a", undefined, "c", "d"]);
  });
});
