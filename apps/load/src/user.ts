import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { RequestFailed, type Requests } from "./requests.ts";
import type { Watch } from "./watch.ts";

interface UserOptions {
  readonly requests: Requests;
  readonly watch: Watch;
  readonly signal: AbortSignal;
}

const categories = ["rice", "noodles", "dumplings", "hot", "soups", "drinks"];

/**
 * One visit: home page, a page of the menu, one or two dishes, mostly an order, and often the live comments while
 * waiting for it. A user whose request fails leaves; false then.
 */
export async function visit({ requests, watch, signal }: UserOptions, planned: number): Promise<boolean> {
  const think = (least: number, most: number): Promise<void> =>
    sleep(least + Math.random() * (most - least), undefined, { signal });
  try {
    await requests.get("home", "/", planned);
    await think(200, 800);
    const dishes = idsIn(await requests.get("menu", `/dishes?limit=10&category=${oneOf(categories)}`));
    for (const dish of dishes.slice(0, Math.random() < 0.4 ? 2 : 1)) {
      await think(200, 1000);
      await requests.get("dish", `/dishes/${dish}`);
    }
    if (dishes.length > 0 && Math.random() < 0.6) {
      await think(300, 1200);
      const lines = dishes
        .slice(0, 1 + Math.floor(Math.random() * 3))
        .map((dish) => ({ dish, quantity: 1 + Math.floor(Math.random() * 2) }));
      const order = await requests.post("order", "/orders", { body: { lines }, key: randomUUID() });
      await think(100, 400);
      await requests.get("order status", `/orders/${idOf(order)}`);
    }
    if (Math.random() < 0.4) await watch({ ms: 2000 + Math.random() * 6000, says: Math.random() < 0.5 });
    return true;
  } catch (error) {
    if (error instanceof RequestFailed || signal.aborted) return false;
    throw error;
  }
}

function oneOf(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? "";
}

function idsIn(page: unknown): readonly number[] {
  if (typeof page !== "object" || page === null || !("dishes" in page) || !Array.isArray(page.dishes)) return [];
  return page.dishes.map(idOf).filter((id) => typeof id === "number");
}

function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
}
