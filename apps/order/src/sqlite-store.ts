import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { type Order, orderSchema } from "./order.ts";
import type { Store } from "./store.ts";

interface SqliteOptions {
  readonly queryDelayMs: () => number;
  /** The oldest go when there are more. */
  readonly maxOrders?: number;
}

/** A store in this process's memory, for trying out and for tests: it ends with the process. */
export function openSqliteStore({ queryDelayMs, maxOrders = 100_000 }: SqliteOptions): Store {
  const database = new DatabaseSync(":memory:");
  database.exec(`
    CREATE TABLE orders (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, idempotencyKey TEXT NOT NULL UNIQUE, body TEXT NOT NULL
    ) STRICT
  `);
  const insert = database.prepare(
    "INSERT INTO orders (id, idempotencyKey, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const trim = database.prepare("DELETE FROM orders WHERE number <= ?");
  const byId = database.prepare("SELECT body FROM orders WHERE id = ?");
  const byKey = database.prepare("SELECT body FROM orders WHERE idempotencyKey = ?");

  /** A slow query must not hold up the whole process, as a sleep inside SQLite would. */
  async function delay(): Promise<void> {
    const ms = queryDelayMs();
    if (ms > 0) await sleep(ms);
  }

  return {
    async add({ idempotencyKey, order }) {
      await delay();
      const { changes, lastInsertRowid } = insert.run(order.id, idempotencyKey, JSON.stringify(order));
      if (changes === 0) return orderIn(byKey.get(idempotencyKey)) ?? order;
      trim.run(Number(lastInsertRowid) - maxOrders);
      return order;
    },
    async find(id) {
      await delay();
      return orderIn(byId.get(id));
    },
    async findByKey(idempotencyKey) {
      await delay();
      return orderIn(byKey.get(idempotencyKey));
    },
    async ping() {
      database.exec("SELECT 1");
    },
    async close() {
      database.close();
    },
  };
}

function orderIn(row: Record<string, SQLOutputValue> | undefined): Order | undefined {
  return row === undefined ? undefined : orderSchema.parse(JSON.parse(String(row["body"])));
}
