import { Problem } from "@stackwright/sample-service";
import { createPool } from "mysql2/promise";
import { z } from "zod";
import { type Order, orderSchema } from "./order.ts";
import type { Store } from "./store.ts";

interface MysqlOptions {
  readonly url: string;
  readonly queryDelayMs: () => number;
}

/** Longer than any query should take. */
const queryMs = 2000;

/** A store in MySQL or MariaDB; it makes its table. The server may be away at the start and later. */
export function openMysqlStore({ url, queryDelayMs }: MysqlOptions): Store {
  const pool = createPool({ uri: url, connectionLimit: 10, queueLimit: 100, connectTimeout: 1000 });
  let table: Promise<unknown> | undefined;

  async function query(sql: string, values: readonly (string | number)[] = []): Promise<unknown> {
    const connection = await pool.getConnection();
    try {
      const [result] = await connection.query({ sql, values: [...values], timeout: queryMs });
      connection.release();
      return result;
    } catch (error) {
      // After a timeout the server is still busy with the query, and whoever got this connection next would wait for it.
      connection.destroy();
      throw error;
    }
  }

  /** Makes the table with the first query that reaches the server. */
  async function ready(): Promise<void> {
    table ??= query(createTable);
    try {
      await table;
    } catch (error) {
      table = undefined;
      throw error;
    }
  }

  async function run(sql: string, values: readonly string[]): Promise<unknown> {
    try {
      await ready();
      const delayMs = queryDelayMs();
      // In the server, so that its log of slow queries and our traces have it too.
      if (delayMs > 0) await query("SELECT SLEEP(?)", [delayMs / 1000]);
      return await query(sql, values);
    } catch (cause) {
      throw new Problem(503, "orders cannot be read or written at the moment", { cause });
    }
  }

  const findByKey = async (key: string): Promise<Order | undefined> =>
    orderIn(await run("SELECT body FROM orders WHERE idempotency_key = ?", [key]));

  return {
    async add({ idempotencyKey, order }) {
      const body = JSON.stringify(order);
      await run("INSERT IGNORE INTO orders (id, idempotency_key, body) VALUES (?, ?, ?)", [
        order.id,
        idempotencyKey,
        body,
      ]);
      return (await findByKey(idempotencyKey)) ?? order;
    },
    find: async (id) => orderIn(await run("SELECT body FROM orders WHERE id = ?", [id])),
    findByKey,
    async ping() {
      await ready();
      await query("SELECT 1");
    },
    close: () => pool.end(),
  };
}

const rowsSchema = z.array(z.object({ body: z.string().transform((text) => orderSchema.parse(JSON.parse(text))) }));

function orderIn(rows: unknown): Order | undefined {
  return rowsSchema.parse(rows)[0]?.body;
}

// Begins with its verb: that is the name of its span.
const createTable = `CREATE TABLE IF NOT EXISTS orders (
    number BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    id CHAR(36) CHARACTER SET ascii NOT NULL UNIQUE,
    idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    body TEXT NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`;
