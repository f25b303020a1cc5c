import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createFaults } from "../../apps/faults/src/index.ts";
import { createApp } from "../../apps/order/src/app.ts";
import { createOrdering } from "../../apps/order/src/ordering.ts";
import type { Prices } from "../../apps/order/src/prices.ts";
import { openSqliteStore } from "../../apps/order/src/sqlite-store.ts";
import { createHealth } from "../../apps/service/src/index.ts";
import { measured } from "./measured.ts";
import { ask, json, listen, readLog, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

const menu: Prices = async (dishes) => {
  // Long enough for two requests with one key to be under way together.
  await sleep(20);
  return new Map(dishes.filter((dish) => dish < 10).map((dish) => [dish, dish * 100 + 1]));
};

async function start() {
  const { log } = readLog();
  const { meter, value } = measured();
  const ordering = createOrdering({
    store: openSqliteStore({ queryDelayMs: () => 0 }),
    prices: menu,
    placed: meter.counter({ name: "order_placed_total", help: "Orders.", labels: ["result"] }),
    amount: meter.counter({ name: "order_amount_yuan_total", help: "Sum." }),
  });
  serving = await listen(createApp({ ordering, health: createHealth([]), faults: createFaults({ log }), log }));
  const { url } = serving;
  return {
    url,
    value,
    order: (lines: unknown, key = randomUUID().toString()) =>
      ask(`${url}/orders`, json({ lines }, { "idempotency-key": key })),
  };
}

describe("an order", () => {
  it("has the prices of the menu and their sum, and can be read again", async () => {
    const { url, order, value } = await start();
    const { status, body } = await order([
      { dish: 1, quantity: 2 },
      { dish: 3, quantity: 1 },
    ]);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      totalFen: 503,
      lines: [
        { dish: 1, quantity: 2, priceFen: 101 },
        { dish: 3, quantity: 1, priceFen: 301 },
      ],
    });
    const id = typeof body === "object" && body !== null && "id" in body ? body.id : "";
    expect(await ask(`${url}/orders/${id}`)).toMatchObject({ status: 200, body });
    expect(value("order_amount_yuan_total")).toBeCloseTo(5.03);
  });

  it("is made once for a key, however often it is sent", async () => {
    const { order, value } = await start();
    const lines = [{ dish: 1, quantity: 1 }];
    const first = await order(lines, "key-0001");
    expect(first.status).toBe(201);
    expect(await order(lines, "key-0001")).toEqual({ ...first, status: 200 });
    expect(value("order_placed_total", 'result="created"')).toBe(1);
    expect(value("order_placed_total", 'result="repeated"')).toBe(1);
  });

  it("is made once for a key that is sent ten times at the same moment", async () => {
    const { order, value } = await start();
    const answers = await Promise.all(Array.from({ length: 10 }, () => order([{ dish: 2, quantity: 1 }], "key-0002")));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(value("order_placed_total", 'result="created"')).toBe(1);
  });

  it("is refused where its key belongs to another order", async () => {
    const { order } = await start();
    await order([{ dish: 1, quantity: 1 }], "key-0003");
    expect((await order([{ dish: 1, quantity: 2 }], "key-0003")).status).toBe(422);
  });

  it("is refused where a dish does not exist", async () => {
    const { order, value } = await start();
    expect(await order([{ dish: 11, quantity: 1 }])).toMatchObject({
      status: 422,
      body: { detail: "there is no dish 11" },
    });
    expect(value("order_placed_total", 'result="created"')).toBe(0);
  });

  it.each([
    ["no lines", []],
    ["a quantity of 0", [{ dish: 1, quantity: 0 }]],
    ["a quantity of 21", [{ dish: 1, quantity: 21 }]],
    [
      "a dish twice",
      [
        { dish: 1, quantity: 1 },
        { dish: 1, quantity: 2 },
      ],
    ],
    ["21 lines", Array.from({ length: 21 }, (_, index) => ({ dish: index + 1, quantity: 1 }))],
    ["a price of its own", [{ dish: 1, quantity: 1, priceFen: 1 }]],
  ])("is refused with %s", async (_name, lines) => {
    const { order } = await start();
    expect((await order(lines)).status).toBe(400);
  });

  it("needs a key", async () => {
    const { url } = await start();
    expect(await ask(`${url}/orders`, json({ lines: [{ dish: 1, quantity: 1 }] }))).toMatchObject({
      status: 400,
      body: { errors: [{ field: "idempotency-key" }] },
    });
  });

  it("is 404 where it does not exist, and 400 where its id cannot be one", async () => {
    const { url } = await start();
    expect((await ask(`${url}/orders/${randomUUID()}`)).status).toBe(404);
    expect((await ask(`${url}/orders/1`)).status).toBe(400);
  });
});

describe("the store in memory", () => {
  it("never holds more than its limit; the oldest orders go", async () => {
    const store = openSqliteStore({ queryDelayMs: () => 0, maxOrders: 3 });
    const ids = Array.from({ length: 5 }, () => randomUUID());
    for (const id of ids)
      await store.add({
        idempotencyKey: id,
        order: { id, lines: [], totalFen: 0, createdAt: new Date(0).toISOString() },
      });
    const found = await Promise.all(ids.map((id) => store.find(id)));
    expect(found.map((order) => order !== undefined)).toEqual([false, false, true, true, true]);
    await store.close();
  });
});
