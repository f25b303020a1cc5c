import { DatabaseSync } from "node:sqlite";
import { type Dish, dishSchema } from "./dish.ts";
import { firstDishes } from "./first-dishes.ts";

/** The table of dishes. */
export interface Dishes {
  /** At most `limit` dishes after the id `after`, by id. */
  list(page: { readonly category?: string | undefined; readonly limit: number; readonly after: number }): Dish[];
  find(id: number): Dish | undefined;
  categories(): number;
  close(): void;
}

/** Opens the SQLite file, or with `:memory:` an own one of this process, and fills it if it is new. */
export function openDishes(file: string): Dishes {
  const database = new DatabaseSync(file, { timeout: 1000 });
  database.exec(`
    CREATE TABLE IF NOT EXISTS dishes (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, priceFen INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS dishes_by_category ON dishes (category, id);
  `);
  const insert = database.prepare("INSERT OR IGNORE INTO dishes (id, name, category, priceFen) VALUES (?, ?, ?, ?)");
  for (const { id, name, category, priceFen } of firstDishes) insert.run(id, name, category, priceFen);

  const all = database.prepare("SELECT * FROM dishes WHERE id > ? ORDER BY id LIMIT ?");
  const ofCategory = database.prepare("SELECT * FROM dishes WHERE category = ? AND id > ? ORDER BY id LIMIT ?");
  const one = database.prepare("SELECT * FROM dishes WHERE id = ?");
  const count = database.prepare("SELECT count(DISTINCT category) AS categories FROM dishes");
  return {
    list({ category, limit, after }) {
      const rows = category === undefined ? all.all(after, limit) : ofCategory.all(category, after, limit);
      return rows.map((row) => dishSchema.parse(row));
    },
    find(id) {
      const row = one.get(id);
      return row === undefined ? undefined : dishSchema.parse(row);
    },
    categories: () => Number(count.get()?.["categories"]),
    close: () => database.close(),
  };
}
