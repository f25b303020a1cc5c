import { randomUUID } from "node:crypto";
import { Problem } from "@stackwright/sample-service";
import type { Counter } from "@stackwright/telemetry";
import type { Lines, Order } from "./order.ts";
import type { Prices } from "./prices.ts";
import type { Store } from "./store.ts";

export interface Ordering {
  /** Makes an order, once for each key; `created` is false for a repetition. */
  place(wish: { readonly lines: Lines; readonly idempotencyKey: string }): Promise<{ order: Order; created: boolean }>;
  find(id: string): Promise<Order | undefined>;
}

interface OrderingOptions {
  readonly store: Store;
  readonly prices: Prices;
  /** Label `result`: created or repeated. */
  readonly placed: Counter;
  readonly amount: Counter;
}

export function createOrdering({ store, prices, placed, amount }: OrderingOptions): Ordering {
  const created = placed.bind({ result: "created" });
  const repeated = placed.bind({ result: "repeated" });

  function repetition(earlier: Order, lines: Lines): { order: Order; created: boolean } {
    if (!sameLines(earlier, lines)) throw new Problem(422, "this Idempotency-Key was used for another order");
    repeated.inc();
    return { order: earlier, created: false };
  }

  return {
    async place({ lines, idempotencyKey }) {
      const earlier = await store.findByKey(idempotencyKey);
      if (earlier !== undefined) return repetition(earlier, lines);

      const priceOf = await prices(lines.map(({ dish }) => dish));
      const priced = lines.map((line) => {
        const priceFen = priceOf.get(line.dish);
        if (priceFen === undefined) throw new Problem(422, `there is no dish ${line.dish}`);
        return { ...line, priceFen };
      });
      const order: Order = {
        id: randomUUID(),
        lines: priced,
        totalFen: priced.reduce((sum, { quantity, priceFen }) => sum + quantity * priceFen, 0),
        createdAt: new Date().toISOString(),
      };
      // Two requests with one key may come to this point together. The store takes the first.
      const kept = await store.add({ idempotencyKey, order });
      if (kept.id !== order.id) return repetition(kept, lines);
      created.inc();
      amount.inc(order.totalFen / 100);
      return { order, created: true };
    },
    find: (id) => store.find(id),
  };
}

function sameLines({ lines }: Order, wished: Lines): boolean {
  const print = (list: Lines): string => JSON.stringify(list.map(({ dish, quantity }) => [dish, quantity]));
  return print(lines) === print(wished);
}
