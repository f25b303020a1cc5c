import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, json } from "../apps/serving.ts";
import { type Stores, startStores, storeTools } from "./app-stores.ts";
import { eventually } from "./lab/waiting.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { describeWith } from "./tool.ts";

/** The sample applications with a real MariaDB and a real Redis, which go away and come back. About 20 s. */
describeWith(storeTools, "the sample platform with real stores", () => {
  let stores: Stores;
  let platform: Platform;

  beforeAll(async () => {
    stores = await startStores();
    platform = await startPlatform({ environment: () => stores.environment });
  });
  afterAll(async () => {
    await platform?.clear();
    await stores?.clear();
  });

  const health = async (name: "menu" | "order"): Promise<unknown> =>
    (await ask(`${platform.apps[name].url}/healthz`)).body;
  const order = (key: string): ReturnType<typeof ask> =>
    ask(`${platform.apps.gateway.url}/orders`, json({ lines: [{ dish: 2, quantity: 1 }] }, { "idempotency-key": key }));

  it("keeps orders in the database, one for each key, also when ten come at the same moment", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => order("key-together")));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await stores.sql("SELECT count(*) FROM meishi.orders")).toBe("1\n");
    // Keys that differ in case are different keys.
    expect((await order("KEY-TOGETHER")).status).toBe(201);
  });

  it("keeps dishes in Redis, where they expire", async () => {
    await ask(`${platform.apps.menu.url}/dishes/7`);
    await eventually(async () => expect(await stores.redisCli("GET", "menu:dish:7")).toContain('"id":7'));
    const leftMs = Number(await stores.redisCli("PTTL", "menu:dish:7"));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(36_000);
  });

  it("has its slow queries in the database's own log", async () => {
    await platform.inject("order", { kind: "slow_query", ms: 400, seconds: 60 });
    expect((await order("key-slow-1")).status).toBe(201);
    await fetch(`${platform.apps.order.url}/-/faults`, { method: "DELETE" });
    expect(readFileSync(stores.slowLog, "utf8")).toContain("SELECT SLEEP(0.4)");
  });

  it("goes on without Redis, and uses it again when it is back", async () => {
    await stores.redis.stop();
    expect((await ask(`${platform.apps.gateway.url}/dishes/8`)).status).toBe(200);
    await eventually(async () =>
      expect(await health("menu")).toEqual({ status: "degraded", checks: { dishes: "ok", redis: "failing" } }),
    );
    stores.redis.start();
    await eventually(async () => expect(await health("menu")).toMatchObject({ status: "ok" }));
    // One line for the outage, however many attempts.
    const output = platform.apps.menu.output();
    expect(output.split("redis is away, going on without it")).toHaveLength(2);
    expect(output.split("redis is back")).toHaveLength(2);
  });

  it("does not wait for a Redis that hangs", async () => {
    await stores.redis.frozen(async () => {
      for (let dish = 1; dish <= 20; dish += 1)
        expect((await ask(`${platform.apps.gateway.url}/dishes/${dish}`)).status).toBe(200);
      await eventually(async () => expect(await health("menu")).toMatchObject({ status: "degraded" }));
    });
    await eventually(async () => expect(await health("menu")).toMatchObject({ status: "ok" }));
  });

  it("gives up a database that hangs, and uses it again when it goes on", async () => {
    await stores.database.frozen(async () => {
      expect(await ask(`${platform.apps.order.url}/orders/${randomUUID()}`)).toMatchObject({ status: 503 });
      expect(await health("order")).toMatchObject({ status: "unavailable", checks: { store: "failing" } });
    });
    await eventually(async () => expect((await order("key-thawed")).status).toBe(201));
  });

  it("refuses orders while the database is away, loses none, and takes them when it is back", async () => {
    expect((await order("key-before")).status).toBe(201);
    await stores.database.stop();
    expect(await order("key-during")).toMatchObject({ status: 502, body: { upstream: "order" } });
    await eventually(async () => expect(await health("order")).toMatchObject({ status: "unavailable" }));
    stores.database.start();
    await eventually(async () => expect((await order("key-during")).status).toBe(201));
    expect((await order("key-before")).status).toBe(200);
    await eventually(async () => expect(await health("order")).toMatchObject({ status: "ok" }));
  });

  it("closes its connections when it stops", async () => {
    const ends = await Promise.all([platform.apps.order.stop(), platform.apps.menu.stop()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(await stores.sql("SELECT count(*) FROM information_schema.processlist WHERE user = 'app'")).toBe("0\n");
  });
});
