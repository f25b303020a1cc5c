import type { Order, StoredOrder } from "./order.ts";

/** Where orders are kept. Each operation rejects where the store cannot be reached. */
export interface Store {
  /** Keeps the order unless its key is taken, and returns the one that is kept under the key. */
  add(stored: StoredOrder): Promise<Order>;
  find(id: string): Promise<Order | undefined>;
  findByKey(idempotencyKey: string): Promise<Order | undefined>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
